using System.IO.Enumeration;
using System.Text.Json;

namespace BioLearn.ML.Tests.Plasticity;

/// <summary>One JSON file of reference figures of the BOHP system; all sizes come from the file.</summary>
internal sealed class BohpFixture
{
    private readonly JsonElement _root;

    private BohpFixture(string path) => _root = FixtureFiles.Read(path);

    /// <summary>The files that match a pattern, for a theory.</summary>
    public static TheoryData<string> Names(string pattern, string? except = null)
    {
        var data = new TheoryData<string>();
        foreach (string file in FixtureFiles.Names("bohp", pattern))
        {
            if (except is null || !FileSystemName.MatchesSimpleExpression(except, file))
                data.Add(file);
        }

        if (data.Count == 0)
            data.Add($"{pattern} but {except}"); // a file of this name there is never
        return data;
    }

    public static BohpFixture Load(string fileName) => new(FixtureFiles.Find("bohp", fileName).Single());

    public bool Has(string key) => _root.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null;
    public int Int(string key) => _root.GetProperty(key).GetInt32();
    public double Double(string key) => Scalar(_root.GetProperty(key));
    public string Text(string key) => _root.GetProperty(key).GetString()!;
    public bool Flag(string key) => _root.GetProperty(key).GetBoolean();
    public double[] Array(string key) => Flatten(_root.GetProperty(key));
    public int[] Shape(string key) => ShapeOf(_root.GetProperty(key));
    public JsonElement Element(string key) => _root.GetProperty(key);
    public IReadOnlyList<JsonElement> List(string key) => [.. _root.GetProperty(key).EnumerateArray()];

    /// <summary>A matrix of the column = target convention, transposed to row = target.</summary>
    public double[] Transposed(string key) => Transpose(_root.GetProperty(key));

    public static double[] Transpose(JsonElement matrix)
    {
        int[] shape = ShapeOf(matrix);
        return Transpose(Flatten(matrix), shape[^2], shape[^1]);
    }

    /// <summary>Transposes the last two axes of a stack of matrices.</summary>
    public static double[] Transpose(double[] flat, int rows, int columns)
    {
        double[] result = new double[flat.Length];
        for (int start = 0; start < flat.Length; start += rows * columns)
        {
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++)
                    result[start + j * rows + i] = flat[start + i * columns + j];
            }
        }

        return result;
    }

    public static double[] Flatten(JsonElement element)
    {
        var values = new List<double>();
        Collect(element, values);
        return [.. values];
    }

    private static void Collect(JsonElement element, List<double> into)
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            into.Add(Scalar(element));
            return;
        }

        foreach (var child in element.EnumerateArray())
            Collect(child, into);
    }

    private static double Scalar(JsonElement element)
        => element.ValueKind == JsonValueKind.Array ? Scalar(element[0]) : element.GetDouble();

    private static int[] ShapeOf(JsonElement element)
    {
        var shape = new List<int>();
        while (element.ValueKind == JsonValueKind.Array)
        {
            shape.Add(element.GetArrayLength());
            if (element.GetArrayLength() == 0)
                break;
            element = element[0];
        }

        return [.. shape];
    }
}
