using System.Security.Cryptography;
using BioLearn.ML.Hosting;

namespace BioLearn.Experiments;

/// <summary>Where long trials go on from, a file a trial; it goes with the trial's result. One that another program wrote, or that is damaged, is passed over.</summary>
public sealed class TrialCheckpoints
{
    private const string Magic = "BLTC";
    private readonly string _folder;

    internal TrialCheckpoints(string folder) => _folder = folder;

    /// <summary>Identities of trials that have a checkpoint.</summary>
    /// <returns>The identities.</returns>
    public IReadOnlySet<string> Identities() => Directory.Exists(_folder) ? Directory.EnumerateFiles(_folder, "*.bin").Select(file => Path.GetFileNameWithoutExtension(file)!).ToHashSet() : [];

    /// <param name="identity">The trial's identity.</param>
    /// <param name="program">What wrote it: a trial's state has the form that its program gives it.</param>
    /// <param name="rows">Rows noted so far.</param>
    /// <param name="state">The trial's state.</param>
    internal void Write(string identity, string program, IReadOnlyList<TrialRow> rows, byte[] state)
    {
        using MemoryStream content = new();
        using (BinaryWriter writer = new(content, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Magic);
            writer.Write(program);
            writer.Write(identity);
            writer.Write(rows.Count);
            foreach (TrialRow row in rows)
            {
                writer.Write(row.Iteration);
                writer.Write(row.Values.Count);
                foreach ((string metric, double value) in row.Values)
                {
                    writer.Write(metric);
                    writer.Write(value);
                }
            }
            writer.Write(state.Length);
            writer.Write(state);
        }
        byte[] bytes = content.ToArray(), sum = SHA256.HashData(bytes);
        Directory.CreateDirectory(_folder);
        SafeFile.Write(FileOf(identity), stream =>
        {
            stream.Write(sum);
            stream.Write(bytes);
        });
    }

    /// <summary>Rows and state of a checkpoint; null where there is none that fits.</summary>
    internal (TrialRow[] Rows, byte[] State)? Read(string identity, string program)
    {
        string file = FileOf(identity);
        byte[] bytes;
        try
        {
            if (!File.Exists(file))
                return null;
            bytes = File.ReadAllBytes(file);
        }
        catch (IOException) when (!File.Exists(file))
        {
            return null;
        }
        if (bytes.Length < 32 || !SHA256.HashData(bytes.AsSpan(32)).AsSpan().SequenceEqual(bytes.AsSpan(0, 32)))
            return null;
        using BinaryReader reader = new(new MemoryStream(bytes, 32, bytes.Length - 32));
        if (reader.ReadString() != Magic || reader.ReadString() != program || reader.ReadString() != identity)
            return null;
        TrialRow[] rows = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => new TrialRow(reader.ReadInt32(), [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => new KeyValuePair<string, double>(reader.ReadString(), reader.ReadDouble()))]))];
        return (rows, reader.ReadBytes(reader.ReadInt32()));
    }

    internal void Forget(string identity) => Deleted.If(FileOf(identity));

    private string FileOf(string identity) => Path.Combine(_folder, $"{identity}.bin");
}
