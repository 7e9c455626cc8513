namespace BioLearn.Cli.Terminal;

/// <summary>Writes a file beside its place, then renames it, so that none is ever seen half written.</summary>
internal static class FileBeside
{
    public static void Write(string path, string text)
    {
        File.WriteAllText(path + ".tmp", text);
        File.Move(path + ".tmp", path, overwrite: true);
    }

    public static void Write(string path, Action<Stream> write)
    {
        using (var file = File.Create(path + ".tmp"))
            write(file);
        File.Move(path + ".tmp", path, overwrite: true);
    }
}
