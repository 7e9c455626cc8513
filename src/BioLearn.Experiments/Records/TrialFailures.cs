using System.Text;
using System.Text.Json;
using BioLearn.Experiments.Grids;
using BioLearn.ML.Hosting;

namespace BioLearn.Experiments;

/// <summary>Trials that threw: a file each, with message, stack and configuration. A result that comes later wins.</summary>
public sealed class TrialFailures
{
    private const string Extension = ".json";
    private readonly string _folder;

    internal TrialFailures(string folder) => _folder = folder;

    /// <summary>Identities of trials that have a failure file.</summary>
    /// <returns>The identities.</returns>
    public IReadOnlySet<string> Identities() => Directory.Exists(_folder) ? Directory.EnumerateFiles(_folder, $"*{Extension}").Select(file => Path.GetFileNameWithoutExtension(file)!).ToHashSet() : [];

    /// <summary>What a trial threw.</summary>
    /// <param name="identity">The trial's identity.</param>
    /// <returns>The message, or null where there is no failure file.</returns>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public string? Message(string identity)
    {
        string file = FileOf(identity);
        if (!File.Exists(file))
            return null;
        try
        {
            using var failure = JsonDocument.Parse(File.ReadAllText(file));
            return failure.RootElement.GetProperty("message").GetString();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"{file}: no failure of a trial: {e.Message}", e);
        }
    }

    internal void Write(string identity, Exception error, string configuration)
    {
        Directory.CreateDirectory(_folder);
        SafeFile.Write(FileOf(identity), stream => stream.Write(Encoding.UTF8.GetBytes(
            $"{{\n\"trial\": {BoundValue.Text(identity)},\n\"message\": {BoundValue.Text(PlainMessage.Of(error))},\n\"exception\": {BoundValue.Text(error.GetType().Name)},\n\"configuration\": {configuration},\n\"stack\": {BoundValue.Text(error.ToString())}\n}}\n")), durable: false);
    }

    internal void Forget(string identity) => Deleted.If(FileOf(identity));

    private string FileOf(string identity) => Path.Combine(_folder, identity + Extension);
}

/// <summary>Files that may be there.</summary>
internal static class Deleted
{
    /// <summary>Deletes a file, if there is one; another process may be faster.</summary>
    public static void If(string file)
    {
        try
        {
            if (File.Exists(file))
                File.Delete(file);
        }
        catch (IOException) when (!File.Exists(file))
        {
        }
    }
}
