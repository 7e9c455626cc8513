namespace BioLearn.Experiments.Tests.Data;

public class DataSourceTests
{
    [Fact]
    public void Bundled_pictures_have_200_and_50_of_each_class()
    {
        DataSource source = DataSource.Find("fashion-mnist", new Dictionary<string, string> { ["fashion-mnist"] = RepositoryFiles.Find("examples/data/fashion-mnist") });
        Assert.Equal((2000, 500, 784, 10), (source.Training.Count, source.Test.Count, source.Training.Width, source.Training.Classes));
        Assert.Equal((1, 28, 28), (source.Shape.Channels, source.Shape.Height, source.Shape.Width));
        Assert.All(Enumerable.Range(0, 10), c => Assert.Equal(50, source.Test.Labels.Span.Count(c)));
        Assert.InRange(source.Training.Features.Span.ToArray().Max(), .999f, 1f);
        Assert.Equal(64, source.Checksum.Length);
    }

    [Fact]
    public void Source_of_a_name_is_the_same_object_and_the_folder_given_wins()
    {
        string folder = Directory.CreateTempSubdirectory("source").FullName;
        try
        {
            Dictionary<string, string> folders = new() { ["fashion-mnist"] = folder };
            Assert.Equal(folder, DataSource.Find("fashion-mnist", folders).Folder);
            Assert.Same(DataSource.Find("fashion-mnist", folders), DataSource.At("fashion-mnist", folder));
            FileNotFoundException missing = Assert.Throws<FileNotFoundException>(() => DataSource.At("fashion-mnist", folder).Checksum);
            Assert.Contains("train-images-idx3-ubyte", missing.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Checksum_follows_the_bytes_of_each_file()
    {
        string own = RepositoryFiles.Find("examples/data/fashion-mnist"), copy = Directory.CreateTempSubdirectory("source").FullName;
        try
        {
            foreach (string file in Directory.GetFiles(own, "*.gz"))
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
            Assert.Equal(DataSource.At("pictures", own).Checksum, DataSource.At("pictures", copy).Checksum);
            foreach (string file in Directory.GetFiles(copy, "*.gz"))
            {
                using (FileStream stream = new(file, FileMode.Append))
                    stream.WriteByte(0);
                Assert.NotEqual(DataSource.At("pictures", own).Checksum, DataSource.At($"pictures with another {Path.GetFileName(file)}", copy).Checksum);
                File.Copy(Path.Combine(own, Path.GetFileName(file)), file, overwrite: true);
            }
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    [Fact]
    public void Unknown_name_says_how_a_folder_is_given()
    {
        DirectoryNotFoundException unknown = Assert.Throws<DirectoryNotFoundException>(() => DataSource.Find("no-such-set"));
        Assert.Contains("--data no-such-set=FOLDER", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("BIOLEARN_NO_SUCH_SET", unknown.Message, StringComparison.Ordinal);
    }
}
