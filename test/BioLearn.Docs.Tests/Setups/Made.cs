using Microsoft.ML.Data;

/// <summary>Rows, pictures and checks for the programs of the docs.</summary>
internal static class Made
{
    /// <summary>Clouds of points, one a name, far enough apart to be told from each other.</summary>
    public static IEnumerable<Row> Clouds(int rows, int columns, params string[] names)
    {
        var random = new Random(1);
        for (int i = 0; i < rows; i++)
        {
            int name = i % names.Length;
            yield return new() { Label = names[name], Features = [.. Enumerable.Range(0, columns).Select(c => (c % names.Length == name ? 1.5f : 0f) + (float)random.NextDouble())] };
        }
    }

    /// <summary>The bundled photographs, copied to a folder of the current one.</summary>
    public static PictureRow[] Photos(string folder)
    {
        Directory.CreateDirectory(folder);
        string[] files = [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "photos")).Where(path => path.EndsWith("png", StringComparison.Ordinal) || path.EndsWith("jpg", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        foreach (string file in files)
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        return [.. files.Select(file => new PictureRow { Path = Path.GetFileName(file) })];
    }

    public static void Check(bool holds, string what)
    {
        if (!holds)
            throw new InvalidOperationException($"does not hold: {what}");
    }
}

internal sealed class Row
{
    public string Label { get; set; } = "";

    [VectorType(12)]
    public float[] Features { get; set; } = [];
}

internal sealed class PictureRow
{
    public string Path { get; set; } = "";
}
