using System.Globalization;
using System.Reflection;
using System.Text.Json;
using BioLearn.ML;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace BioLearn.Tests;

/// <summary>A model that an earlier version saved, with rows and what it made of them there. Also compiled into BioLearn.Onnx.Tests.</summary>
internal sealed class SavedModel
{
    private const double Tolerance = 1e-6;

    private readonly string _path;
    private readonly JsonElement _expected;

    private SavedModel(string path)
    {
        _path = path;
        _expected = JsonDocument.Parse(File.ReadAllBytes(Path.ChangeExtension(path, ".json"))).RootElement;
    }

    /// <summary>Folder of the version and name, as in "v0.1/rule-backpropagation".</summary>
    public string Name => $"{Path.GetFileName(Path.GetDirectoryName(_path))}/{Path.GetFileNameWithoutExtension(_path)}";

    /// <summary>The learning rule as the file has it, if there is one.</summary>
    public JsonElement? Rule => _expected.TryGetProperty("rule", out JsonElement rule) ? rule : null;

    public static IReadOnlyList<SavedModel> All { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "SavedModels"), "*.zip", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => new SavedModel(path))];

    public static SavedModel Named(string name) => All.Single(model => model.Name == name);

    public static TheoryData<string> Names() => [.. All.Select(model => model.Name)];

    /// <summary>The file.</summary>
    public byte[] Bytes => File.ReadAllBytes(_path);

    public ITransformer Load() => BioLearnModel.Load(new MLContext(), _path, out _);

    /// <summary>The transformers of the saved pipeline.</summary>
    public IEnumerable<ITransformer> Parts() => Load() is var model && model is IEnumerable<ITransformer> chain ? chain : [model];

    /// <summary>What differs from the saved outputs by more than 1e-6, a line each; empty if nothing does.</summary>
    public IReadOnlyList<string> Differences() => Differences(Load());

    /// <summary>The same for another model.</summary>
    public IReadOnlyList<string> Differences(ITransformer model)
    {
        MLContext mlContext = new();
        IDataView rows = Rows(mlContext), transformed = model.Transform(rows);
        List<string> differences = [];
        foreach (JsonProperty output in _expected.GetProperty("outputs").EnumerateObject())
        {
            double[][] expected = [.. output.Value.EnumerateArray().Select(Numbers)], got = Numbers(transformed, output.Name);
            if (!expected.Select(row => row.Length).SequenceEqual(got.Select(row => row.Length)))
                differences.Add($"{Name} {output.Name}: {got.Length} rows of {got.FirstOrDefault()?.Length} numbers, expected {expected.Length} of {expected.FirstOrDefault()?.Length}");
            else
                differences.AddRange(from row in Enumerable.Range(0, expected.Length)
                                     from i in Enumerable.Range(0, expected[row].Length)
                                     where !Same(expected[row][i], got[row][i])
                                     select string.Create(CultureInfo.InvariantCulture, $"{Name} {output.Name}[{row}][{i}]: {got[row][i]}, expected {expected[row][i]}"));
        }
        return differences;
    }

    /// <summary>The model in today's form.</summary>
    public MemoryStream SaveAgain()
    {
        MemoryStream file = new();
        new MLContext().Model.Save(Load(), (DataViewSchema?)null, file);
        file.Position = 0;
        return file;
    }

    /// <summary>Saves every model, of several versions' the newest, in today's form beside a copy of what it gave: the start of a new version's folder.</summary>
    public static void SaveAllTo(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (SavedModel model in All.GroupBy(model => Path.GetFileName(model._path)).Select(versions => versions.Last()))
        {
            string path = Path.Combine(folder, Path.GetFileName(model._path));
            using (FileStream file = new(path, FileMode.CreateNew)) // never over another
            using (MemoryStream saved = model.SaveAgain())
                saved.CopyTo(file);
            File.Copy(Path.ChangeExtension(model._path, ".json"), Path.ChangeExtension(path, ".json"));
        }
    }

    /// <summary>
    /// In a child process: every model is loaded, saved in today's form and loaded again, with the reflection of JsonSerializer off, as
    /// projects that are trimmed have it (<c>JsonSerializerIsReflectionEnabledByDefault</c>).
    /// </summary>
    public static void SaveAllAgain()
    {
        AppContext.SetSwitch("System.Text.Json.JsonSerializer.IsReflectionEnabledByDefault", false);
        Assert.False(JsonSerializer.IsReflectionEnabledByDefault);
        string[] differences = [.. All.SelectMany(saved =>
        {
            using MemoryStream file = saved.SaveAgain();
            return saved.Differences(BioLearnModel.Load(new MLContext(), file, out _));
        })];
        Console.Write(differences.Length == 0 ? $"{All.Count} models" : string.Join('\n', differences));
    }

    /// <summary>Components that <paramref name="assembly"/> can load and of which no model is here.</summary>
    public static IReadOnlyList<string> Missing(Assembly assembly)
    {
        HashSet<Type> saved = [.. All.SelectMany(model => model.Parts()).Select(part => part.GetType())];
        Type[] loadable = [.. assembly.GetCustomAttributes().Select(a => a.GetType()).Where(a => a.IsGenericType && a.Name.StartsWith("LoadableComponent", StringComparison.Ordinal)).Select(a => a.GetGenericArguments()[0])];
        Assert.NotEmpty(loadable);
        return [.. loadable.Where(component => !saved.Contains(component)).Select(component => component.ToString())];
    }

    private static bool Same(double expected, double got) =>
        expected.Equals(got) || Math.Abs(expected - got) <= Tolerance * Math.Max(1, Math.Abs(expected));

    private static double[] Numbers(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => [.. value.EnumerateArray().SelectMany(Numbers)],
        JsonValueKind.String => [double.Parse(value.GetString()!, CultureInfo.InvariantCulture)],
        JsonValueKind.True => [1],
        JsonValueKind.False => [0],
        _ => [value.GetDouble()],
    };

    private static double[][] Numbers(IDataView view, string column) => view.Schema[column].Type switch
    {
        VectorDataViewType => [.. view.GetColumn<float[]>(column).Select(row => Array.ConvertAll(row, value => (double)value))],
        BooleanDataViewType => [.. view.GetColumn<bool>(column).Select(value => new[] { value ? 1.0 : 0 })],
        KeyDataViewType => [.. view.GetColumn<uint>(column).Select(value => new double[] { value })],
        _ => [.. view.GetColumn<float>(column).Select(value => new double[] { value })],
    };

    private IDataView Rows(MLContext mlContext)
    {
        JsonElement rows = _expected.GetProperty("rows");
        SchemaDefinition schema;
        string column = _expected.GetProperty("column").GetString()!;
        if (_expected.TryGetProperty("width", out JsonElement width))
        {
            schema = SchemaDefinition.Create(typeof(PictureRow));
            schema[nameof(PictureRow.Picture)].ColumnName = column;
            int height = _expected.GetProperty("height").GetInt32();
            return mlContext.Data.LoadFromEnumerable(rows.EnumerateArray().Select(row => new PictureRow { Picture = Picture(row.GetBytesFromBase64(), width.GetInt32(), height) }).ToArray(), schema);
        }
        schema = SchemaDefinition.Create(typeof(VectorRow));
        schema[nameof(VectorRow.Vector)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].GetArrayLength());
        schema[nameof(VectorRow.Vector)].ColumnName = column;
        // Keys count from 0 in objects, from 1 in columns.
        uint[] tasks = _expected.TryGetProperty("instructions", out JsonElement asked) ? [.. asked.EnumerateArray().Select(key => key.GetUInt32() - 1)] : new uint[rows.GetArrayLength()];
        schema[nameof(VectorRow.Instruction)].ColumnType = new KeyDataViewType(typeof(uint), (int)tasks.Max() + 1);
        return mlContext.Data.LoadFromEnumerable(rows.EnumerateArray().Select((row, i) => new VectorRow { Vector = Array.ConvertAll(Numbers(row), value => (float)value), Instruction = tasks[i] }).ToArray(), schema);
    }

    private static MLImage Picture(byte[] grey, int width, int height)
    {
        byte[] pixels = new byte[4 * grey.Length];
        for (int i = 0; i < grey.Length; i++)
        {
            pixels.AsSpan(4 * i, 3).Fill(grey[i]);
            pixels[(4 * i) + 3] = 255;
        }
        return MLImage.CreateFromPixels(width, height, MLPixelFormat.Bgra32, pixels);
    }

    private sealed class VectorRow
    {
        public float[] Vector { get; set; } = [];

        [KeyType(1)]
        public uint Instruction { get; set; }
    }

    private sealed class PictureRow
    {
        [ImageType(1, 1)] // the type wants a size, the rows have theirs
        public MLImage? Picture { get; set; }
    }
}
