using System.Buffers.Binary;
using System.Numerics;
using BioLearn.Experiments.Exports.Events;
using Google.Protobuf;

namespace BioLearn.Experiments.Exports;

/// <summary>
/// An event file of TensorBoard, which can watch it grow: <c>tensorboard --logdir FOLDER</c>. Each record has its length and two checksums
/// (CRC-32C, masked), as TFRecord files have.
/// </summary>
/// <example>
/// <code>
/// using EventFile events = EventFile.Create("runs/feedback-alignment");
/// trainer.EpochEnded += t => events.Add(t.Epoch, ("loss", t.Loss));
/// </code>
/// </example>
public sealed class EventFile : IDisposable
{
    private const uint MaskDelta = 0xA282EAD8;

    private readonly Stream _file;
    private readonly TimeProvider _clock;

    private EventFile(string path, TimeProvider clock)
    {
        (Path, _clock) = (path, clock);
        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
        Write(new Event { FileVersion = "brain.Event:2" });
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Begins a file in a run's folder, which is made if it is not there; other files of the folder are left alone.</summary>
    /// <param name="folder">The folder: its name is the run's name.</param>
    /// <param name="clock">Where times come from; null for the system's clock.</param>
    /// <returns>The file, to be disposed.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static EventFile Create(string folder, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        Directory.CreateDirectory(folder);
        clock ??= TimeProvider.System;
        string machine = string.Concat(Environment.MachineName.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-'));
        // TensorBoard takes files whose names hold "tfevents", in the order of their names.
        string name = $"events.out.tfevents.{clock.GetUtcNow().ToUnixTimeSeconds():D10}.{machine}.{Environment.ProcessId}";
        int number = 0;
        while (File.Exists(System.IO.Path.Combine(folder, $"{name}.{number}")))
            number++;
        return new(System.IO.Path.Combine(folder, $"{name}.{number}"), clock);
    }

    /// <summary>Writes a trial's rows as a file of their own.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="rows">The rows: iterations are steps, metrics tags.</param>
    /// <param name="clock">Where times come from; null for the system's clock.</param>
    /// <returns>Path of the file.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static string Write(string folder, IEnumerable<TrialRow> rows, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        using EventFile file = Create(folder, clock);
        foreach (TrialRow row in rows)
            file.Add(row.Iteration, [.. row.Values.Select(value => (value.Key, value.Value))]);
        return file.Path;
    }

    /// <summary>Adds numbers of one step; they can be read at once.</summary>
    /// <param name="step">The step, epoch or iteration.</param>
    /// <param name="values">Numbers by tag; <c>train/loss</c> stands in a group. TensorBoard keeps them as 32-bit floats.</param>
    public void Add(long step, params ReadOnlySpan<(string Tag, double Value)> values)
    {
        Summary summary = new();
        foreach ((string tag, double value) in values)
            summary.Value.Add(new Summary.Types.Value { Tag = tag, SimpleValue = (float)value });
        Write(new Event { Step = step, Summary = summary });
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private void Write(Event record)
    {
        record.WallTime = _clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        byte[] data = record.ToByteArray(), bytes = new byte[8 + 4 + data.Length + 4];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Masked(bytes.AsSpan(0, 8)));
        data.CopyTo(bytes.AsSpan(12));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12 + data.Length), Masked(data));
        // A whole record at once: a reader sees it or not.
        _file.Write(bytes);
        _file.Flush();
    }

    /// <summary>CRC-32C, rotated and shifted, as checksums of data that hold checksums are.</summary>
    private static uint Masked(ReadOnlySpan<byte> data)
    {
        uint sum = uint.MaxValue;
        foreach (byte one in data)
            sum = BitOperations.Crc32C(sum, one);
        return BitOperations.RotateRight(~sum, 15) + MaskDelta;
    }
}
