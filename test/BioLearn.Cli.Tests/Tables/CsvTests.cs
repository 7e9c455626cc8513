using System.IO.Compression;
using System.Text;
using BioLearn.Cli.Tables;

namespace BioLearn.Cli.Tests.Tables;

public sealed class CsvTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a,b\n1,2\n3,4\n")]
    [InlineData("a,b\r\n1,2\r\n3,4")]
    [InlineData("a,b\r1,2\r3,4\r")]
    [InlineData("a;b\n\n1;2\n   \n3;4\n\n")]
    [InlineData("a\tb\n1\t2\n3\t4\n")]
    [InlineData("a|b\n1|2\n3|4\n")]
    [InlineData(" a , b \n 1, 2\n3 ,4\n")]
    [InlineData("\uFEFFa,b\n\"1\", \"2\"\n3,4\n")]
    [InlineData("\"a\",\"b\"\n1,2\n3,4\n")]
    public void Every_usual_form_of_a_table_reads_alike(string text) =>
        Assert.Equal([["a", "b"], ["1", "2"], ["3", "4"]], Read(text).Select(record => record.Fields));

    [Fact]
    public void Quoted_fields_hold_separators_line_breaks_and_quotes_and_lines_are_counted_behind_them()
    {
        CsvRecord[] records = Read("\"name; of, it\",\"two\r\nlines\"\n\"say \"\"yes\"\"\",\"a\nb\nc\"\n1,2\n");
        Assert.Equal([["name; of, it", "two\r\nlines"], ["say \"yes\"", "a\nb\nc"], ["1", "2"]], records.Select(record => record.Fields));
        Assert.Equal([1, 3, 6], records.Select(record => record.Line));
    }

    [Fact]
    public void Commas_in_a_file_of_semicolons_are_decimal_commas() =>
        Assert.Equal(["1,5", "2,5", "x"], Read("1,5;2,5;x\n2,5;3,5;y\n")[0].Fields);

    [Theory]
    [InlineData("a,b\n1,\"x\n", "line 2: a quote is opened and not closed")]
    [InlineData("a,b\n1,2\n1,\"x\"y\n", "line 3: text behind a closing quote")]
    [InlineData("a,b\n1,5\" pipe\n", "line 2: a quote inside a field")]
    [InlineData("a\0b\0", "line 1: a zero byte")]
    public void Broken_text_is_refused_with_file_and_line(string text, string reason)
    {
        string message = Assert.Throws<InvalidDataException>(() => Read(text)).Message;
        Assert.StartsWith(_folder["t.csv"], message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compressed_table_reads_like_any_and_one_that_is_cut_off_anywhere_is_refused()
    {
        byte[] bytes = Compressed("a,b\n" + string.Concat(Enumerable.Range(0, 500).Select(i => $"{i},{i * i}\n")));
        File.WriteAllBytes(_folder["whole.csv.gz"], bytes);
        Assert.Equal(501, CsvRecords.Read(_folder["whole.csv.gz"]).Count());
        foreach (int length in (int[])[bytes.Length - 1, bytes.Length - 4, bytes.Length - 8, bytes.Length - 9, bytes.Length / 2, 20, 5])
        {
            File.WriteAllBytes(_folder["cut.csv.gz"], bytes[..length]);
            string message = Assert.Throws<InvalidDataException>(() => CsvRecords.Read(_folder["cut.csv.gz"]).Count()).Message;
            Assert.Contains("cut.csv.gz: the gzip", message, StringComparison.Ordinal);
        }
        File.WriteAllBytes(_folder["two.csv.gz"], [.. Compressed("a,b\n1,2\n"), .. Compressed("3,4\n"), .. Compressed("5,6\n")]);
        Assert.Equal(4, CsvRecords.Read(_folder["two.csv.gz"]).Count());
    }

    [Theory]
    [InlineData("1,2,x\n3,4,y\n5,6,x\n7,8,y\n", nameof(CsvHeader.Absent))]
    [InlineData("a,b,c\n3,4,y\n5,6,x\n", nameof(CsvHeader.Present))]
    [InlineData("red,tiny\nblue,big\nred,small\n", nameof(CsvHeader.Automatic))]
    [InlineData("red,big\nblue,big\nred,big\n", nameof(CsvHeader.Absent))]
    [InlineData("colour,size\nblue,big\nred,big\n", nameof(CsvHeader.Present))]
    [InlineData("2019,2020,kind\n3,4,y\n5,6,x\n", nameof(CsvHeader.Automatic))]
    [InlineData("1,2,only once\n3,4,y\n5,6,x\n", nameof(CsvHeader.Automatic))]
    [InlineData(",b,c\n1,4,y\n2,6,x\n", nameof(CsvHeader.Present))]
    public void Names_are_told_from_values_or_the_file_is_refused_with_the_options_that_say(string text, string guess)
    {
        var expected = Enum.Parse<CsvHeader>(guess);
        CsvRecord[] records = Read(text);
        if (expected != CsvHeader.Automatic)
            Assert.Equal(expected, CsvHeaderGuess.Of(records, "t.csv"));
        else
            Assert.Contains("--header or --no-header", Assert.Throws<InvalidDataException>(() => CsvHeaderGuess.Of(records, "t.csv")).Message, StringComparison.Ordinal);
        Assert.Equal(records.Length, CsvTable.Open(_folder["t.csv"], CsvHeader.Absent).Rows().Count());
        Assert.Equal(records.Length - 1, CsvTable.Open(_folder["t.csv"], CsvHeader.Present).Rows().Count());
    }

    [Fact]
    public void Written_rows_come_back_as_they_were()
    {
        object[] fields = ["plain", "a,b", "a;b", "say \"so\"", "two\nlines", "cr\rlf\r\n", "tab\t", " blanks ", "", "ü", 0.1, double.NaN, float.MaxValue, -3, long.MinValue];
        CsvText text = new(fields.Select((_, i) => $"column, \"{i}\"\n"));
        text.Row(fields);
        File.WriteAllText(_folder["t.csv"], text.ToString());
        CsvRecord[] records = [.. CsvRecords.Read(_folder["t.csv"])];
        Assert.Equal(fields.Select((_, i) => $"column, \"{i}\"\n"), records[0].Fields);
        Assert.Equal(fields.Select(field => Convert.ToString(field, System.Globalization.CultureInfo.InvariantCulture)), records[1].Fields);
    }

    private CsvRecord[] Read(string text)
    {
        File.WriteAllText(_folder["t.csv"], text);
        return [.. CsvRecords.Read(_folder["t.csv"])];
    }

    private static byte[] Compressed(string text)
    {
        using MemoryStream bytes = new();
        using (GZipStream zip = new(bytes, CompressionMode.Compress))
            zip.Write(Encoding.UTF8.GetBytes(text));
        return bytes.ToArray();
    }
}
