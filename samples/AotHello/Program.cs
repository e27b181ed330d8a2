using AotHello;
using MoECompiler;
using MoECompiler.Data;
using MoECompiler.Training;

// A model in a native executable: it learns which third of the unit interval a number lies in, and says so.
using CpuDevice device = new();
using TinyMixture model = new(device);
model.Initialize(seed: 1);

const int Rows = 300;
float[] features = new float[Rows * TinyMixture.Width];
int[] labels = new int[Rows];
for (int row = 0; row < Rows; row++)
{
    float number = row / (float)Rows;
    for (int i = 0; i < TinyMixture.Width; i++)
        features[row * TinyMixture.Width + i] = MathF.Sin((i + 1) * 3 * number);
    labels[row] = row * TinyMixture.Classes / Rows;
}

Dataset data = new(new FloatColumn("features", features, TinyMixture.Width), new IntegerColumn("labels", labels));
using Trainer trainer = new(model, new AdamW { LearningRate = 0.01 }, new TrainerOptions { Epochs = 40 });
using DataLoader loader = new(device, data, batchSize: 30);
trainer.Fit(loader);

View<float> logits = device.New<float>(Rows, TinyMixture.Classes);
model.Forward(device.Upload<float>(features, Rows, TinyMixture.Width), logits);
int right = 0;
for (int row = 0; row < Rows; row++)
{
    ReadOnlySpan<float> scores = logits.Span.Slice(row * TinyMixture.Classes, TinyMixture.Classes);
    int best = 0;
    for (int c = 1; c < scores.Length; c++)
        best = scores[c] > scores[best] ? c : best;
    right += best == labels[row] ? 1 : 0;
}
Console.WriteLine($"{device.Name}: {right} of {Rows} right");
return right > Rows * 9 / 10 ? 0 : 1;
