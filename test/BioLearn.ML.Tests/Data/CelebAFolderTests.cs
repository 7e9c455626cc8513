using BioLearn.ML.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Data;

public sealed class CelebAFolderTests : IDisposable
{
    private const string Text = "3\nBald Smiling\na.jpg  1 -1\nb.jpg -1  1\nc.jpg -1 -1\n";
    private const string Parts = "a.jpg 0\nb.jpg 1\nc.jpg 2\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("biolearn-celeba-").FullName;

    public CelebAFolderTests() => Directory.CreateDirectory(Path.Combine(_folder, CelebAFolder.PictureFolder));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Lists_of_text_and_of_csv_read_the_same()
    {
        Write("list_attr_celeba.txt", Text);
        Write("list_eval_partition.txt", Parts);
        string[] text = Told(CelebAFolder.Open(_folder));
        Assert.Equal(["a.jpg 10 Training", "b.jpg 01 Validation", "c.jpg 00 Test"], text);
        File.Delete(Path.Combine(_folder, "list_attr_celeba.txt"));
        File.Delete(Path.Combine(_folder, "list_eval_partition.txt"));
        Write("list_attr_celeba.csv", "image_id,Bald,Smiling\na.jpg,1,-1\nb.jpg,-1,1\nc.jpg,-1,-1\n");
        Write("list_eval_partition.csv", "image_id,partition\na.jpg,0\nb.jpg,1\nc.jpg,2\n");
        var csv = CelebAFolder.Open(_folder);
        Assert.Equal(["Bald", "Smiling"], csv.AttributeNames);
        Assert.Equal(text, Told(csv));
        Assert.Equal(Path.Combine(_folder, "img_align_celeba", "b.jpg"), csv.PathOf(csv.Pictures[1]));
        Assert.Equal("b.jpg", Assert.Single(csv.Of(CelebAPart.Validation)).File);
    }

    [Fact]
    public void Without_a_list_of_parts_the_end_of_the_list_is_tested_on()
    {
        Write("list_attr_celeba.txt", "Bald\n" + string.Concat(Enumerable.Range(0, 10).Select(i => $"{i}.jpg 1\n")));
        Assert.Equal(["7.jpg", "8.jpg", "9.jpg"], CelebAFolder.Open(_folder, testShare: .3).Of(CelebAPart.Test).Select(face => face.File));
    }

    [Theory]
    [InlineData("list_attr_celeba.txt", "2\nBald Smiling\na.jpg 1 -1\nb.jpg 1\n", "line 4: 2 fields; expected the name of a picture and 2 attributes")]
    [InlineData("list_attr_celeba.txt", "2\nBald Smiling\na.jpg 1 -1\nb.jpg 1 x\n", "line 4, attribute Smiling: 'x'; expected 1 or -1")]
    [InlineData("list_attr_celeba.txt", "2\nBald Smiling\na.jpg 1 -1\na.jpg 1 1\n", "line 4: a.jpg stands in a line above")]
    [InlineData("list_attr_celeba.txt", "0\nBald Smiling\n", "0 pictures")]
    [InlineData("list_eval_partition.txt", "a.jpg 0\nb.jpg 1\nc.jpg 3\n", "line 3: 'c.jpg 3'; expected")]
    [InlineData("list_eval_partition.txt", "a.jpg 0\nb.jpg 1\n", "c.jpg")]
    public void Damaged_lists_are_refused_by_line_and_reason(string file, string content, string reason)
    {
        Write("list_attr_celeba.txt", Text);
        Write("list_eval_partition.txt", Parts);
        Write(file, content);
        string message = Assert.Throws<InvalidDataException>(() => CelebAFolder.Open(_folder)).Message;
        Assert.Contains(file, message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_that_lack_something_are_refused_by_what_they_lack()
    {
        Assert.Contains("list_attr_celeba.txt", Assert.Throws<FileNotFoundException>(() => CelebAFolder.Open(_folder)).Message, StringComparison.Ordinal);
        Directory.Delete(Path.Combine(_folder, CelebAFolder.PictureFolder));
        Assert.Contains("img_align_celeba", Assert.Throws<DirectoryNotFoundException>(() => CelebAFolder.Open(_folder)).Message, StringComparison.Ordinal);
        Assert.Throws<DirectoryNotFoundException>(() => CelebAFolder.Open(Path.Combine(_folder, "absent")));
        Assert.Throws<ArgumentOutOfRangeException>(() => CelebAFolder.Open(_folder, testShare: 1));
    }

    [Fact]
    public void Rows_ask_each_picture_for_each_attribute()
    {
        Write("list_attr_celeba.txt", Text);
        Write("list_eval_partition.txt", Parts.Replace("b.jpg 1", "b.jpg 0", StringComparison.Ordinal));
        IDataView rows = new MLContext().Data.LoadCelebA(_folder);
        VBuffer<ReadOnlyMemory<char>> names = default;
        rows.Schema["Instruction"].GetKeyValues(ref names);
        Assert.Equal(["Bald", "Smiling"], names.DenseValues().Select(name => name.ToString()));
        Assert.Equal(["a.jpg", "a.jpg", "b.jpg", "b.jpg"], rows.GetColumn<string>("ImagePath").Select(Path.GetFileName));
        Assert.Equal([1u, 2u, 1u, 2u], rows.GetColumn<uint>("Instruction"));
        Assert.Equal([true, false, false, true], rows.GetColumn<bool>("Label"));
    }

    private static string[] Told(CelebAFolder faces) => [.. faces.Pictures.Select(face => $"{face.File} {string.Concat(face.Attributes.Select(has => has ? 1 : 0))} {face.Part}")];

    private void Write(string file, string content) => File.WriteAllText(Path.Combine(_folder, file), content);
}
