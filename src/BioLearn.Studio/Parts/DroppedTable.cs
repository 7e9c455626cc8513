using BioLearn.Experiments;
using BioLearn.ML.Hosting;

namespace BioLearn.Studio.Parts;

/// <summary>A dropped table on its way through a reader of files.</summary>
internal static class DroppedTable
{
    /// <summary>Reads it by way of a file in a folder of its own, which goes at once.</summary>
    /// <exception cref="InvalidDataException">A line does not fit; the message names the file as it was dropped.</exception>
    public static DataSource Read(string name, byte[] bytes, Func<string, string, DataSource> read)
    {
        string folder = Directory.CreateTempSubdirectory("biolearn-").FullName;
        string path = Path.Combine(folder, "table.csv");
        try
        {
            SafeFile.Write(path, file => file.Write(bytes), durable: false);
            return read(name, path);
        }
        catch (Exception problem) when (problem.Message.Contains(path, StringComparison.Ordinal))
        {
            throw new InvalidDataException(problem.Message.Replace(path, name, StringComparison.Ordinal), problem);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
