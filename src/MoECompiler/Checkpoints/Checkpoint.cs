namespace MoECompiler.Checkpoints;

/// <summary>A model's tensors by name, from one safetensors file or from the shards that an index lists.</summary>
public sealed class Checkpoint : IDisposable
{
    private const string FileName = "model.safetensors";
    private const string IndexName = "model.safetensors.index.json";

    private readonly SafetensorsFile[] _files;
    private readonly Dictionary<string, SafetensorsFile> _fileByTensor;

    private Checkpoint(string path, SafetensorsFile[] files, Dictionary<string, SafetensorsFile> fileByTensor)
    {
        Path = path;
        _files = files;
        _fileByTensor = fileByTensor;
        Tensors = [.. files.SelectMany(static file => file.Tensors)];
    }

    /// <summary>The path of the file or the index.</summary>
    public string Path { get; }

    /// <summary>In the order of the files, and of their bytes in each.</summary>
    public IReadOnlyList<TensorEntry> Tensors { get; }

    /// <summary>The free texts of the first file.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _files.Length == 0 ? new Dictionary<string, string>() : _files[0].Metadata;

    /// <summary>
    /// The checkpoint at <paramref name="path"/>: a safetensors file, an index, or a folder with <c>model.safetensors</c>, with
    /// <c>model.safetensors.index.json</c>, or else with a single safetensors file.
    /// </summary>
    /// <exception cref="CheckpointException">A file is missing, breaks its format, or the index and its shards differ.</exception>
    public static Checkpoint Open(string path)
    {
        string file = Directory.Exists(path) ? FindIn(path) : path;
        return file.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? OpenIndex(file) : OpenSingle(file);
    }

    /// <summary>The tensor of a name; null if there is none.</summary>
    public TensorEntry? Find(string name) => _fileByTensor.GetValueOrDefault(name)?.Find(name);

    /// <inheritdoc cref="SafetensorsFile.Read(string, Span{float})"/>
    public void Read(string name, Span<float> destination) => FileOf(name).Read(name, destination);

    /// <inheritdoc cref="SafetensorsFile.Read(string, Span{float})"/>
    public void Read(string name, FloatView destination) => FileOf(name).Read(name, destination);

    /// <inheritdoc cref="SafetensorsFile.Read(string, Span{int})"/>
    public void Read(string name, Span<int> destination) => FileOf(name).Read(name, destination);

    /// <inheritdoc cref="SafetensorsFile.ReadBytes(string, View{byte})"/>
    internal void ReadBytes(string name, View<byte> destination) => FileOf(name).ReadBytes(name, destination);

    /// <inheritdoc cref="SafetensorsFile.ReadBytes(string, long, View{byte})"/>
    internal void ReadBytes(string name, long start, View<byte> destination) => FileOf(name).ReadBytes(name, start, destination);

    /// <inheritdoc cref="SafetensorsFile.FindMisfit"/>
    internal (float Element, long Index)? FindMisfit(string name, ElementType type) => FileOf(name).FindMisfit(name, type);

    public void Dispose()
    {
        foreach (SafetensorsFile file in _files)
            file.Dispose();
    }

    private SafetensorsFile FileOf(string name)
        => _fileByTensor.GetValueOrDefault(name) ?? throw CheckpointException.ForTensor(Path, name, "the checkpoint has no such tensor.");

    private static string FindIn(string folder)
    {
        string file = System.IO.Path.Combine(folder, FileName);
        if (File.Exists(file))
            return file;
        string index = System.IO.Path.Combine(folder, IndexName);
        if (File.Exists(index))
            return index;
        try
        {
            string[] files = Directory.GetFiles(folder, "*.safetensors");
            return files.Length == 1
                ? files[0]
                : throw new CheckpointException(
                    folder, $"expected {FileName}, {IndexName} or a single safetensors file, found {files.Length} of them.");
        }
        catch (Exception e) when (FileErrors.Has(e))
        {
            throw new CheckpointException(folder, $"the folder cannot be read: {e.Message}", e);
        }
    }

    private static Checkpoint OpenSingle(string path)
    {
        SafetensorsFile file = SafetensorsFile.Open(path);
        return new Checkpoint(path, [file], file.Tensors.ToDictionary(static tensor => tensor.Name, _ => file, StringComparer.Ordinal));
    }

    private static Checkpoint OpenIndex(string path)
    {
        ShardIndex index = ShardIndex.Open(path);
        string folder = System.IO.Path.GetDirectoryName(path) ?? "";
        List<SafetensorsFile> files = [];
        try
        {
            Dictionary<string, SafetensorsFile> byTensor = new(StringComparer.Ordinal);
            foreach (string shard in index.WeightMap.Values.Distinct().Order(StringComparer.Ordinal))
            {
                SafetensorsFile file = SafetensorsFile.Open(System.IO.Path.Combine(folder, shard));
                files.Add(file);
                AddShard(byTensor, file, shard, index);
            }
            foreach ((string tensor, string shard) in index.WeightMap)
            {
                if (!byTensor.ContainsKey(tensor))
                    throw CheckpointException.ForTensor(path, tensor, $"expected in {Wording.Quote(shard)}, which has no such tensor.");
            }
            return new Checkpoint(path, [.. files], byTensor);
        }
        catch
        {
            foreach (SafetensorsFile file in files)
                file.Dispose();
            throw;
        }
    }

    private static void AddShard(Dictionary<string, SafetensorsFile> byTensor, SafetensorsFile file, string shard, ShardIndex index)
    {
        foreach (TensorEntry tensor in file.Tensors)
        {
            string? expected = index.WeightMap.GetValueOrDefault(tensor.Name);
            if (expected != shard)
                throw CheckpointException.ForTensor(
                    file.Path, tensor.Name, $"the index says it is in {(expected is null ? "no file" : Wording.Quote(expected))}.");
            byTensor.Add(tensor.Name, file);
        }
    }
}
