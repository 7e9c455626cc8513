using System.Text;
using BioLearn.ML.Hosting;

namespace BioLearn.Cli.Terminal;

/// <summary>Text and pictures by way of <see cref="SafeFile"/>: written beside their place, then renamed.</summary>
internal static class FileBeside
{
    public static void Write(string path, string text) => SafeFile.Replace(path, file => file.Write(Encoding.UTF8.GetBytes(text)));

    public static void Write(string path, Action<Stream> write) => SafeFile.Replace(path, file => write(file.BaseStream));
}
