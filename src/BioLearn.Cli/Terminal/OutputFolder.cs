using BioLearn.ML.Hosting;

namespace BioLearn.Cli.Terminal;

/// <summary>
/// A folder that a command writes its results to: made and seen to be writable before the work begins, free of what a killed process left
/// half written, and closed to other processes until the command ends. The lock ends with its process, however that ends. A process that ends while
/// a thread is still at work takes its folders along: none is half made, and none is made any more.
/// </summary>
internal sealed class OutputFolder : IDisposable
{
    public const string LockFile = ".biolearn.lock";

    private static readonly Lock Gate = new();
    private static readonly HashSet<OutputFolder> Open = [];
    private static bool _ended;

    private readonly FileStream _lock;
    private readonly string? _made;

    static OutputFolder() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        // Folders are empty only when no thread writes any more.
        SafeFile.EndWriting();
        lock (Gate)
        {
            _ended = true;
            foreach (var folder in Open.ToArray())
                folder.Dispose();
        }
    };

    private OutputFolder(string path, FileStream locked, string? made)
    {
        (Path, _lock, _made) = (path, locked, made);
        Open.Add(this);
    }

    public string Path { get; }

    /// <summary>A file in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Makes the folder if there is none, and locks it.</summary>
    /// <param name="option">What named it, for messages.</param>
    /// <param name="path">The folder.</param>
    /// <param name="files">Files that will be written in it.</param>
    /// <exception cref="UsageException">There is no name.</exception>
    /// <exception cref="IOException">It cannot be written, one of the files cannot be replaced, or another process writes in it.</exception>
    /// <exception cref="OperationCanceledException">The process is ending.</exception>
    public static OutputFolder Take(string option, string path, params IEnumerable<string> files)
    {
        if (string.IsNullOrWhiteSpace(path))
            throw new UsageException($"{option}: expected the name of a folder");
        if (File.Exists(path))
            throw new IOException($"{option} {path}: is a file; expected a folder");
        foreach (string file in files)
            OutputFile.CheckReplaceable($"{option} {path}", System.IO.Path.Combine(path, file));
        lock (Gate)
            return _ended ? throw new OperationCanceledException("the process is ending: no folder is made") : Make(option, path);
    }

    /// <summary>Makes a folder, and sees that it can be written, in which other processes may write, too.</summary>
    /// <param name="option">What named it, for messages.</param>
    /// <param name="path">The folder; null where it was not given.</param>
    /// <exception cref="UsageException">There is no name.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Check(string option, string? path)
    {
        if (path is null)
            return;
        if (string.IsNullOrWhiteSpace(path))
            throw new UsageException($"{option}: expected the name of a folder");
        if (File.Exists(path))
            throw new IOException($"{option} {path}: is a file; expected a folder");
        string? made = FirstMissing(path);
        try
        {
            Directory.CreateDirectory(path);
            string probe = System.IO.Path.Combine(path, $".biolearn-{Guid.NewGuid():N}");
            new FileStream(probe, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            Remove(made, path);
            throw new IOException($"{option} {path}: cannot be written: {problem.Message}", problem);
        }
    }

    /// <summary>Gives the folder free; one that was made and is still empty goes.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            if (!Open.Remove(this))
                return;
            _lock.Dispose();
            Remove(_made, Path);
        }
    }

    private static OutputFolder Make(string option, string path)
    {
        string? made = FirstMissing(path);
        try
        {
            Directory.CreateDirectory(path);
            OutputFolder folder = new(path, Lock(option, path), made);
            SafeFile.DeleteUnfinished(path);
            return folder;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            Remove(made, path);
            throw problem is FolderInUseException ? problem : new IOException($"{option} {path}: cannot be written: {problem.Message}", problem);
        }
    }

    private static FileStream Lock(string option, string path)
    {
        string file = System.IO.Path.Combine(path, LockFile);
        while (true)
        {
            FileStream locked;
            try
            {
                locked = new(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException) when (File.Exists(file))
            {
                throw new FolderInUseException($"{option} {path}: another biolearn is writing in this folder; wait for it, or name another folder");
            }
            // Deleted by the process before this one, between opening and locking: then it locks nothing.
            if (File.Exists(file))
                return locked;
            locked.Dispose();
        }
    }

    /// <summary>The uppermost folder of a path that is not there yet.</summary>
    private static string? FirstMissing(string path)
    {
        string? missing = null;
        for (string? at = System.IO.Path.GetFullPath(path); at is not null && !Directory.Exists(at); at = System.IO.Path.GetDirectoryName(at))
            missing = at;
        return missing;
    }

    private static void Remove(string? made, string path)
    {
        if (made is null)
            return;
        try
        {
            for (string at = System.IO.Path.GetFullPath(path); at.Length >= made.Length && Directory.Exists(at) && !Directory.EnumerateFileSystemEntries(at).Any(); at = System.IO.Path.GetDirectoryName(at)!)
                Directory.Delete(at);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody else has put something there meanwhile.
        }
    }
}

/// <summary>Another process writes in the folder.</summary>
internal sealed class FolderInUseException(string message) : IOException(message);
