using System.Globalization;
using System.Text;
using BioLearn.Cli.Learning.Baselines;
using BioLearn.Cli.Learning.Data;
using BioLearn.Cli.Tables;
using BioLearn.Cli.Terminal;

namespace BioLearn.Cli.Tests.Learning;

public sealed class BaselineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Baselines_and_rules_are_cross_validated_on_files_of_words_gaps_and_numbers()
    {
        Write("animals.csv", Animals(60));
        Write("again.csv", Animals(50));
        var (exitCode, output) = await Tool.RunAsync("compare", "--baselines", _folder["animals.csv"], _folder["again.csv"], "--rules", "backpropagation", "--folds", "3", "--csv", _folder["folds.csv"]);
        Assert.True(exitCode == 0, output);
        Assert.Contains("animals.csv: classification, 2 classes of 'kind'; 60 rows, 4 features of 2 columns of numbers and 1 of words; 3 folds", output, StringComparison.Ordinal);
        Assert.Contains("mean over 2 sets, classification", output, StringComparison.Ordinal);
        string[][] rows = [.. CsvRecords.Read(_folder["folds.csv"]).Skip(1).Select(record => record.Fields)];
        Assert.Equal(2 * 4 * 3, rows.Length);
        foreach (string trainer in (string[])["LightGBM", "FastTree", "SDCA", "backpropagation"])
            Assert.Equal(6, rows.Count(row => row[4] == trainer));
        double[] tree = [.. rows.Where(row => row[0] == "animals.csv" && row[4] == "FastTree").Select(row => double.Parse(row[7], CultureInfo.InvariantCulture))];
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{100 * tree.Average():0.0} %"), output, StringComparison.Ordinal);
        Assert.True(tree.Average() > .9, $"{tree.Average()}");
    }

    [Fact]
    public async Task Label_of_many_numbers_is_regression_unless_classes_are_asked_for()
    {
        Write("line.csv", "x,y\n" + string.Concat(Enumerable.Range(0, 90).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i % 30},{3 * (i % 30)}.5\n"))));
        var (exitCode, output) = await Tool.RunAsync("compare", "--baselines", "--data", _folder["line.csv"], "--rules", "backpropagation", "--folds", "3");
        Assert.True(exitCode == 0, output);
        Assert.Contains("line.csv: regression of 'y'", output, StringComparison.Ordinal);
        Assert.Matches(@"SDCA\s+(1\.000|0\.9)", output);
        Assert.Equal(LearningTask.Classification, FeatureTable.Read(_folder["line.csv"], "y", CsvHeader.Automatic, LearningTask.Classification, null).Task);
    }

    [Fact]
    public void Folds_hold_every_row_once_every_class_alike_and_are_another_with_another_seed()
    {
        Write("animals.csv", Animals(60));
        var table = FeatureTable.Read(_folder["animals.csv"], null, CsvHeader.Automatic, null, null);
        CrossValidation validation = new(table, 5, _ => { });
        int[] folds = validation.FoldsOf(1);
        Assert.All(Enumerable.Range(0, 5), fold => Assert.Equal(12, folds.Count(f => f == fold)));
        Assert.All(Enumerable.Range(0, 5), fold => Assert.Equal(6, table.Rows.Where((row, i) => folds[i] == fold && row.Class == "cat").Count()));
        Assert.Equal(folds, validation.FoldsOf(1));
        Assert.NotEqual(folds, validation.FoldsOf(2));
    }

    [Fact]
    public void Table_says_what_it_left_out_and_took_for_words()
    {
        Write("table.csv", "id,empty,doors,label\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"n{i},,{(i % 4 == 0 ? "more" : $"{i % 4}")},{(i == 7 ? "?" : i % 2 == 0 ? "a" : "b")}\n")));
        var table = FeatureTable.Read(_folder["table.csv"], null, CsvHeader.Automatic, null, null);
        Assert.Equal((39, 4), (table.Rows.Count, table.Features));
        Assert.Contains(table.Notes, note => note.Contains("'id' is left out", StringComparison.Ordinal));
        Assert.Contains(table.Notes, note => note.Contains("'empty' has no values", StringComparison.Ordinal));
        Assert.Contains(table.Notes, note => note.Contains("'doors' is taken for words: it holds numbers, but 'more' in line 2", StringComparison.Ordinal));
        Assert.Contains(table.Notes, note => note.Contains("1 row without a value in 'label'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a;label\n1,5;x\n2,5;y\n3,5;x\n1,0;y\n", "a decimal comma")]
    [InlineData("a,label\n1,x\n2,x\n3,x\n4,x\n", "all 4 rows have the value 'x'")]
    [InlineData("a,label\n1,x\n2,y\n3,z\n4,u\n", "4 classes in 4 rows")]
    [InlineData("a,label\n,x\n,y\n,x\n,y\n", "no column beside 'label' has values")]
    public void Table_with_nothing_to_learn_is_refused(string text, string reason)
    {
        Write("table.csv", text);
        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => FeatureTable.Read(_folder["table.csv"], null, CsvHeader.Automatic, null, null)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--baselines --epochs 3 {0}", "--epochs: has no meaning with --baselines")]
    [InlineData("--baselines {0} --data {0}", "--data: files are named already")]
    [InlineData("--baselines", "expected --data FILE.csv")]
    [InlineData("--baselines nowhere.csv", "nowhere.csv: no such file")]
    [InlineData("--folds 3", "--folds: needs --baselines")]
    [InlineData("{0}", "files need --baselines")]
    [InlineData("--baselines {0} --folds 40", "60 rows; expected at least two a fold")]
    public async Task Options_of_the_other_comparison_are_refused(string arguments, string reason)
    {
        Write("animals.csv", Animals(60));
        var (exitCode, output) = await Tool.RunAsync(["compare", .. string.Format(CultureInfo.InvariantCulture, arguments, _folder["animals.csv"]).Split(' ')]);
        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Contains(reason, output, StringComparison.Ordinal);
    }

    private void Write(string name, string text) => File.WriteAllText(_folder[name], text);

    /// <summary>Two kinds told apart by weight or by colour, each of which is missing now and then.</summary>
    private static string Animals(int count)
    {
        StringBuilder text = new("weight,noise,colour,kind\n");
        Random random = new(1);
        for (int i = 0; i < count; i++)
        {
            bool cat = i % 2 == 0;
            string weight = i % 10 == 0 ? "NA" : string.Create(CultureInfo.InvariantCulture, $"{(cat ? 4 : 30) + random.NextDouble():0.00}");
            text.Append(CultureInfo.InvariantCulture, $"{weight},{random.NextDouble():0.00},{(i % 10 == 5 ? "" : cat ? "grey" : "brown")},{(cat ? "cat" : "dog")}\n");
        }
        return text.ToString();
    }
}
