using System.Text.Json;
using BioLearn.Cli.Instructed.Data;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.Cli.Instructed;

/// <summary>What a model reads, can be asked and can answer: written beside it, so that pictures can be asked about later.</summary>
/// <param name="Title">What it learned from.</param>
/// <param name="Input">What it reads.</param>
/// <param name="Instructions">Names of what it can be asked.</param>
/// <param name="Vectors">Their numbers where instructions are vectors, else null.</param>
/// <param name="Classes">What it can answer.</param>
/// <param name="IsBinary">Whether answers are no and yes.</param>
/// <param name="InstructionColumn">The column of a table that held the instructions; null for pictures.</param>
internal sealed record AskedForm(string Title, InputForm Input, IReadOnlyList<string> Instructions, IReadOnlyList<float[]>? Vectors, IReadOnlyList<string> Classes, bool IsBinary, string? InstructionColumn)
{
    public const string FileName = "instructions.json";

    private const int SchemaVersion = 1;

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static AskedForm Of(InstructedData data) => new(data.Title, data.Input, data.Instructions, data.Vectors, data.Classes, data.IsBinary, data.InstructionColumn);

    public void Write(string path) => SafeFile.WriteText(path, JsonSerializer.Serialize(
        new Saved(SchemaVersion, Title, Input.Shape.Channels, Input.Shape.Height, Input.Shape.Width, Input.Mean, Input.Deviation, Input.Columns, Instructions, Vectors, Classes, IsBinary, InstructionColumn), Json));

    /// <exception cref="InvalidDataException">The file is damaged, or of a newer version.</exception>
    public static AskedForm Read(string path)
    {
        Saved? saved;
        try
        {
            saved = JsonSerializer.Deserialize<Saved>(File.ReadAllText(path), Json);
        }
        catch (JsonException damaged)
        {
            throw new InvalidDataException($"{path}: not what biolearn instruct train writes ({damaged.Message})", damaged);
        }
        if (saved is not { SchemaVersion: 1, Instructions.Count: > 0, Classes.Count: > 1, Channels: > 0, Height: > 0, Width: > 0 }
            || (saved.Vectors is { } vectors && (vectors.Count != saved.Instructions.Count || vectors.Any(vector => vector.Length == 0 || vector.Length != vectors[0].Length))))
            throw new InvalidDataException(saved is { SchemaVersion: > SchemaVersion } ? $"{path}: was written by a newer biolearn" : $"{path}: not what biolearn instruct train writes");
        return new(saved.Title, new(new TensorShape(saved.Channels, saved.Height, saved.Width), saved.Mean, saved.Deviation, saved.Columns), saved.Instructions, saved.Vectors, saved.Classes, saved.IsBinary, saved.InstructionColumn);
    }

    private sealed record Saved(
        int SchemaVersion, string Title, int Channels, int Height, int Width, float Mean, float Deviation, IReadOnlyList<string>? Columns, IReadOnlyList<string> Instructions,
        IReadOnlyList<float[]>? Vectors, IReadOnlyList<string> Classes, bool IsBinary, string? InstructionColumn = null);
}
