using Embedded;
using FashionMoE;
using MoECompiler.Checkpoints;
using MoECompiler.Data;

// Embedded [MODEL.safetensors] [FOLDER]: classifies the test images of a folder by a model that FashionMoE saved.
if (args.Length > 2 || args.Any(static argument => argument.StartsWith('-')))
{
    Console.Error.WriteLine("usage: Embedded [MODEL.safetensors, as FashionMoE saves it] [FOLDER with the two t10k files of Fashion-MNIST]");
    return 2;
}
try
{
    string model = args.ElementAtOrDefault(0) ?? Path.Combine("artifacts", "FashionMoE", "model.safetensors");
    using Classifier classifier = new(model, args.ElementAtOrDefault(1) ?? FashionData.Shipped);
    classifier.Run();
    return 0;
}
catch (Exception error) when (error is CheckpointException or DataException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"error: {error.Message}");
    return 1;
}
