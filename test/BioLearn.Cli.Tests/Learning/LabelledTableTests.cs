using BioLearn.Cli.Learning.Data;

namespace BioLearn.Cli.Tests.Learning;

public class LabelledTableTests
{
    [Theory]
    [InlineData("a,b,species\n1,2,x\n3,4e1,y\n", null)]
    [InlineData("a;b;species\r\n1;2;x\r\n\r\n3;40;y", null)]
    [InlineData("species\ta\tb\nx\t1\t2\ny\t3\t40\n", "species")]
    [InlineData("\"a\",label,b\n1,\"x\",2\n3,y,40\n", null)]
    public void Table_gives_features_and_classes(string text, string? label)
    {
        var table = Read(text, label);
        Assert.Equal(["a", "b"], table.FeatureNames);
        Assert.Equal(["x", "y"], table.Rows.Select(r => r.Label));
        Assert.Equal([[1f, 2f], [3f, 40f]], table.Rows.Select(r => r.Features));
    }

    [Fact]
    public void Quoted_field_keeps_separators_and_quotes() =>
        Assert.Equal("x, \"y\"", Read("a,label\n1,\"x, \"\"y\"\"\"\n", null).Rows[0].Label);

    [Theory]
    [InlineData("", null, "is empty")]
    [InlineData("a\n1\n", null, "one column")]
    [InlineData("a,b\n", null, "no rows")]
    [InlineData("a,b\n1\n", null, "line 2: 1 fields; the header has 2")]
    [InlineData("a,b\n1,x\noops,y\n", null, "line 3, column 'a': 'oops' is not a finite number; expected one in every column but 'b'")]
    [InlineData("a,b\n1,x\n,y\n", null, "line 3, column 'a'")]
    [InlineData("a,b\n1,x\nNaN,y\n", null, "line 3, column 'a'")]
    [InlineData("a,b\n1,\n", null, "the class in column 'b' is empty")]
    [InlineData("a,b\n1,x\n", "c", "no column 'c'; there are a, b")]
    [InlineData("a,b\n1,\"x\n", null, "a quote is opened and not closed")]
    [InlineData("a,b\n1,\"x\"y\n", null, "behind a closing quote")]
    public void Bad_table_is_refused_with_file_line_and_column(string text, string? label, string reason)
    {
        string message = Assert.Throws<InvalidDataException>(() => Read(text, label)).Message;
        Assert.Contains("table.csv", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    private static LabelledTable Read(string text, string? label)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["table.csv"], text);
        return LabelledTable.Read(folder["table.csv"], label);
    }
}
