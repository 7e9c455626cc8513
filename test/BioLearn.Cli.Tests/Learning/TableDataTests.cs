using BioLearn.Cli.Learning.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.Cli.Tests.Learning;

public class TableDataTests
{
    [Theory]
    [InlineData("a,b,species\n1,2,x\n3,4e1,y\n", null)]
    [InlineData("a;b;species\r\n1;2;x\r\n\r\n3;40;y", null)]
    [InlineData("species\ta\tb\nx\t1\t2\ny\t3\t40\n", "species")]
    [InlineData("\"a\",label,b\n1,\"x\",2\n3,y,40\n", null)]
    public void Table_gives_features_and_classes(string text, string? label)
    {
        DataSet data = Open(text, label);
        Assert.Equal(["a", "b"], Slots(data));
        Assert.Equal(LearningTask.Classification, data.Task);
        Assert.Equal(["x", "y"], Column<ReadOnlyMemory<char>>(data.Training, "Label").Select(value => value.ToString()));
        Assert.Equal([[1f, 2f], [3f, 40f]], Column<float[]>(data.Training, "Features"));
    }

    [Fact]
    public void Quoted_field_keeps_separators_and_quotes() =>
        Assert.Equal("x, \"y\"", Column<ReadOnlyMemory<char>>(Open("a,label\n1,\"x, \"\"y\"\"\"\n", null).Training, "Label")[0].ToString());

    [Theory]
    [InlineData("", null, "is empty")]
    [InlineData("a\n1\n", null, "one column")]
    [InlineData("a,b\n", null, "no rows")]
    [InlineData("a,b\n1\n", null, "line 2: 1 fields; the header has 2")]
    [InlineData("a,b\n1,x\noops,y\n", null, "line 3, column 'a': 'oops' is not a finite number, as most of the column are")]
    [InlineData("a,b\n1,x\n\"1,5\",y\n", null, "line 3, column 'a': '1,5' is written with a decimal comma")]
    [InlineData("a,b\n1,x\nInfinity,y\n", null, "line 3, column 'a'")]
    [InlineData("a,b\n1,\n", null, "no row has a value in column 'b'")]
    [InlineData("x,x,y\n1,2,a\n3,4,b\n", null, "2 columns are called 'x'")]
    [InlineData("x,y\n", null, "--no-header")]
    [InlineData("a,b\n1,x\n", "c", "no column 'c'; there are a, b")]
    [InlineData("a,b\n1,\"x\n", null, "a quote is opened and not closed")]
    [InlineData("a,b\n1,\"x\"y\n", null, "behind a closing quote")]
    [InlineData("a,b\n,x\n,y\n", null, "no column beside 'b' has values")]
    [InlineData("Label,b,c\nred,1,x\nblue,2,y\nred,3,x\n", "c", "a column of words is called 'Label'")]
    public void Bad_table_is_refused_with_file_line_and_column(string text, string? label, string reason)
    {
        string message = Assert.Throws<InvalidDataException>(() => Open(text, label)).Message;
        Assert.Contains("table.csv", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_missing_is_filled_and_words_become_numbers_inside_the_model()
    {
        MLContext mlContext = new(seed: 0);
        DataSet data = Open("size,colour,kind,empty\n1,red,a,\n,blue,b,\n3,?,a,\n5,red,b,\n", "kind");
        Assert.Contains(data.Notes, note => note.Contains("'empty' has no values and is left out", StringComparison.Ordinal));
        Assert.Contains(data.Notes, note => note.Contains("replaced by the mean", StringComparison.Ordinal));
        ITransformer prepared = data.Prepare(mlContext)!.Fit(data.Training);
        // Size with the mean of 1, 3 and 5; then the words in their order, ? among them.
        Assert.Equal([[1f, 0, 0, 1], [3f, 0, 1, 0], [3f, 1, 0, 0], [5f, 0, 0, 1]], Column<float[]>(prepared.Transform(data.Training), "Features"));
    }

    [Theory]
    [InlineData(20, null, (int)LearningTask.Classification)]
    [InlineData(21, null, (int)LearningTask.Regression)]
    [InlineData(21, (int)LearningTask.Classification, (int)LearningTask.Classification)]
    [InlineData(2, (int)LearningTask.Binary, (int)LearningTask.Binary)]
    [InlineData(5, (int)LearningTask.Regression, (int)LearningTask.Regression)]
    public void Task_is_seen_from_the_label_or_said(int values, int? asked, int expected)
    {
        DataSet data = Open("a,y\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i},{i % values}\n")), null, (LearningTask?)asked);
        Assert.Equal((LearningTask)expected, data.Task);
        if (data.Task == LearningTask.Binary)
            Assert.Equal([false, true, false], Column<bool>(data.Training, "Label").Take(3));
        if (data.Task == LearningTask.Regression)
            Assert.Equal([0f, 1, 2], Column<float>(data.Training, "Label").Take(3));
    }

    [Theory]
    [InlineData("NA")]
    [InlineData("?")]
    [InlineData("")]
    public void Rows_without_a_label_are_left_out_and_change_no_task(string missing)
    {
        DataSet data = Open("a,y\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i},{(i == 7 ? missing : $"{i}.5")}\n")), null);
        Assert.Equal(LearningTask.Regression, data.Task);
        Assert.Equal(59, Column<float>(data.Training, "Label").Length);
        Assert.Contains(data.Notes, note => note.Contains("1 row without a value in 'y' is left out, the first in line 9", StringComparison.Ordinal));
    }

    [Fact]
    public void Word_that_means_nothing_is_a_class_among_words()
    {
        DataSet data = Open("a,pain\n1,none\n2,mild\n3,?\n4,none\n", null);
        Assert.Equal(["none", "mild", "none"], Column<ReadOnlyMemory<char>>(data.Training, "Label").Select(value => value.ToString()));
    }

    [Fact]
    public void Source_of_a_grid_has_classes()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["numbers.csv"], "a,y\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i},{i}.5\n")));
        string message = Assert.Throws<InvalidDataException>(() => TableData.Source("d", folder["numbers.csv"])).Message;
        Assert.Contains("numbers.csv, column 'y': more than 20 different numbers", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Test_file_may_have_its_columns_in_another_order()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["table.csv"], "a,b,kind\n1,2,x\n3,4,y\n");
        File.WriteAllText(folder["test.csv"], "kind,b,a\ny,40,30\n");
        DataSet data = TableData.Open(new(folder["table.csv"]) { Label = "kind", Test = folder["test.csv"] });
        Assert.Equal([[30f, 40f]], Column<float[]>(data.Test, "Features"));
        Assert.Equal("y", Column<ReadOnlyMemory<char>>(data.Test, "Label")[0].ToString());
    }

    [Fact]
    public void Label_that_is_neither_true_nor_false_is_named() => Assert.Contains(
        "line 3, column 'y': 'maybe' is neither true nor false",
        Assert.Throws<InvalidDataException>(() => Open("a,y\n1,yes\n2,maybe\n", null, LearningTask.Binary)).Message, StringComparison.Ordinal);

    private static DataSet Open(string text, string? label, LearningTask? task = null)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["table.csv"], text);
        // All rows to learn from, in the order of the file: those to test on are the same.
        return TableData.Open(new(folder["table.csv"]) { Label = label, Test = folder["table.csv"], Task = task });
    }

    private static T[] Column<T>(IDataView view, string name) => [.. view.GetColumn<T>(name)];

    private static string[] Slots(DataSet data)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        data.Training.Schema["Features"].GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}
