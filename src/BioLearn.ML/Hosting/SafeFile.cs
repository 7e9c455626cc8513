using System.Collections.Concurrent;
using System.IO.Enumeration;
using System.Text;

namespace BioLearn.ML.Hosting;

/// <summary>
/// Files that are written whole or not at all, and read with errors that name them. Everything goes to a file beside the wanted one,
/// called PATH.(32 hex digits).tmp, which is then renamed: a crash leaves the old file or the new one. A write that fails, is cancelled or
/// ends with its process (Ctrl-C, <c>Environment.Exit</c>) leaves nothing behind, and a thread that goes on while its process ends begins no file.
/// </summary>
public static class SafeFile
{
    private static readonly ConcurrentDictionary<string, byte> Unfinished = new();

    private static readonly object Gate = new();
    private static readonly AsyncLocal<bool> Within = new();
    private static int _sets;
    private static bool _ended;

    static SafeFile() => AppDomain.CurrentDomain.ProcessExit += (_, _) => EndWriting();

    /// <summary>Writes a set of files of which one without the others is of no use: a process that ends by itself waits until they are all there.</summary>
    /// <param name="write">Writes them, with the other methods.</param>
    /// <exception cref="OperationCanceledException">The process is ending; nothing was written.</exception>
    public static void WriteSet(Action write)
    {
        ArgumentNullException.ThrowIfNull(write);
        lock (Gate)
        {
            ThrowIfEnded();
            _sets++;
        }
        bool outer = Within.Value;
        Within.Value = true;
        try
        {
            write();
        }
        finally
        {
            Within.Value = outer;
            lock (Gate)
            {
                _sets--;
                Monitor.PulseAll(Gate);
            }
        }
    }

    /// <summary>
    /// Ends all writing of this process: waits for sets of files that are underway, deletes what else is half written, and lets nothing new begin. Called at
    /// <see cref="AppDomain.ProcessExit"/> by itself; by hand where something must come after it, as the deletion of a folder that is to be empty then.
    /// </summary>
    public static void EndWriting()
    {
        lock (Gate)
        {
            _ended = true;
            // Within a set it is the set itself that ends the process: nobody to wait for.
            while (_sets > 0 && !Within.Value)
                Monitor.Wait(Gate);
            foreach (string beside in Unfinished.Keys)
                TryDelete(beside);
        }
    }

    /// <summary>Writes a file.</summary>
    /// <param name="path">Where it will be; one that is there is replaced.</param>
    /// <param name="write">Writes the contents.</param>
    /// <param name="durable">
    /// Waits until the disk has the bytes, so that a power cut leaves the old file or the new one, too. Models and checkpoints want it; pictures
    /// by the hundred do not.
    /// </param>
    /// <exception cref="IOException">The disk is full, or the folder is missing.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static void Write(string path, Action<Stream> write, bool durable = true)
    {
        ArgumentNullException.ThrowIfNull(write);
        string beside = Beside(path);
        try
        {
            using (FileStream file = Create(beside))
            {
                write(file);
                file.Flush(durable);
            }
            File.Move(beside, path, overwrite: true);
        }
        finally
        {
            TryDelete(beside);
        }
    }

    /// <summary>Writes a file of text, UTF-8 without a byte order mark.</summary>
    /// <inheritdoc cref="Write(string, Action{Stream}, bool)"/>
    public static void WriteText(string path, string text) => Write(path, file => file.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Writes a file of numbers and strings, little-endian.</summary>
    /// <inheritdoc cref="Write(string, Action{Stream}, bool)"/>
    public static void WriteBinary(string path, Action<BinaryWriter> write) => Write(path, file =>
    {
        using BinaryWriter writer = new(file, Encoding.UTF8, leaveOpen: true);
        write(writer);
    });

    /// <summary>Writes a file whose contents arrive by and by.</summary>
    /// <param name="path">Where it will be; one that is there is replaced.</param>
    /// <param name="write">Writes the contents.</param>
    /// <param name="check">Looks at the finished file, given its path, before it takes its place; throws if it must not. Or null.</param>
    /// <returns>A task that is done when the file is there.</returns>
    /// <inheritdoc cref="Write(string, Action{Stream}, bool)" path="/exception"/>
    public static async Task WriteAsync(string path, Func<Stream, Task> write, Action<string>? check = null)
    {
        ArgumentNullException.ThrowIfNull(write);
        string beside = Beside(path);
        try
        {
            await using (FileStream file = Create(beside))
            {
                await write(file).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }
            check?.Invoke(beside);
            File.Move(beside, path, overwrite: true);
        }
        finally
        {
            TryDelete(beside);
        }
    }

    /// <summary>Reads a file that <see cref="WriteBinary"/> wrote; whatever is wrong with its contents is one exception that names it.</summary>
    /// <typeparam name="TResult">What comes out.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="read">Reads the contents.</param>
    /// <returns>What <paramref name="read"/> made of it.</returns>
    /// <exception cref="InvalidDataException">The file is damaged, cut off, or something else; the message has its path and the byte.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static TResult ReadBinary<TResult>(string path, Func<BinaryReader, TResult> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        using FileStream file = File.OpenRead(path);
        using BinaryReader reader = new(file);
        try
        {
            return read(reader);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new InvalidDataException($"{path}, byte {file.Position}: {e.Message}", e);
        }
    }

    /// <summary>Deletes what a killed process left half written. Only for a folder in which no other process writes.</summary>
    /// <param name="folder">The folder; those inside it are not looked at.</param>
    public static void DeleteUnfinished(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder, "*.tmp").Where(file => IsBeside(Path.GetFileName(file))).ToArray())
            TryDelete(file);
    }

    /// <summary>
    /// Deletes what killed processes left half written in a folder in which others may be at work: files that nobody has changed for a while and that no
    /// process of this machine has open.
    /// </summary>
    /// <param name="folder">The folder, with all those inside it; nothing happens where there is none.</param>
    /// <param name="unchangedFor">How long; above 0. Writing a file takes far less, and only what is left of it grows old.</param>
    public static void DeleteUnfinished(string folder, TimeSpan unchangedFor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(unchangedFor, TimeSpan.Zero);
        if (!Directory.Exists(folder))
            return;
        DateTime before = DateTime.UtcNow - unchangedFor;
        FileSystemEnumerable<string> old = new(folder, (ref FileSystemEntry entry) => entry.ToFullPath(), new EnumerationOptions { RecurseSubdirectories = true })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && entry.FileName.EndsWith(".tmp", StringComparison.Ordinal) && entry.LastWriteTimeUtc < before && IsBeside(entry.FileName.ToString()),
        };
        foreach (string file in old.ToArray())
        {
            try
            {
                new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another process writes it, or was faster, or it is not ours.
            }
        }
    }

    private static bool IsBeside(string name) => name.Split('.') is [_, .., { Length: 32 } digits, "tmp"] && digits.All(char.IsAsciiHexDigitLower);

    private static string Beside(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return $"{path}.{Guid.NewGuid():N}.tmp";
    }

    private static FileStream Create(string beside)
    {
        lock (Gate)
        {
            ThrowIfEnded();
            FileStream file = new(beside, FileMode.CreateNew, FileAccess.Write);
            Unfinished[beside] = 0;
            return file;
        }
    }

    private static void ThrowIfEnded()
    {
        if (_ended && !Within.Value)
            throw new OperationCanceledException("the process is ending: no file is begun");
    }

    /// <summary>What cannot be deleted must not hide why the write failed.</summary>
    private static void TryDelete(string beside)
    {
        Unfinished.TryRemove(beside, out _);
        try
        {
            File.Delete(beside);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
