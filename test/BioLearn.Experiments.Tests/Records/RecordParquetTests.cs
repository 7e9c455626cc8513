using Parquet;

namespace BioLearn.Experiments.Tests;

public sealed class RecordParquetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Parquet_has_the_records_in_columns_of_their_types()
    {
        Experiment experiment = Toys.Of("rate: {grid: [0.1, 1]}\nlabel: {grid: [a, 2]}\nsteps: 3");
        ResultsFolder folder = new(_folder["out"]);
        new LocalRun(experiment, folder).Run();
        RecordTable table = RecordTable.Read(experiment, folder);
        Assert.Equal((12, "label rate steps", "at square"), (table.Rows.Count, string.Join(' ', table.Settings), string.Join(' ', table.Metrics)));
        await RecordParquet.WriteAsync(table, _folder["records.parquet"]);
        await using ParquetReader reader = await ParquetReader.CreateAsync(_folder["records.parquet"]);
        Assert.Equal(["trial", "seed", "outcome", "label", "rate", "steps", "iteration", "at", "square"], reader.Schema.GetDataFields().Select(field => field.Name));
        using ParquetRowGroupReader group = reader.OpenRowGroupReader(0);
        double?[] rates = new double?[12], squares = new double?[12];
        int[] iterations = new int[12];
        await group.ReadAsync<double>(Field("rate"), rates);
        await group.ReadAsync<double>(Field("square"), squares);
        await group.ReadAsync<int>(Field("iteration"), iterations);
        Assert.Equal(table.Rows.Select(row => (double?)double.Parse(row.Setting("rate")!, System.Globalization.CultureInfo.InvariantCulture)), rates);
        Assert.Equal(table.Rows.Select(row => row.Metric("square")), squares);
        Assert.Equal(table.Rows.Select(row => row.Row.Iteration), iterations);
        string[] labels = new string[12];
        await group.ReadAsync(Field("label"), labels);
        Assert.Equal(table.Rows.Select(row => row.Setting("label")), labels);

        Parquet.Schema.DataField Field(string name) => reader.Schema.GetDataFields().Single(field => field.Name == name);
    }

    [Fact]
    public void Last_rows_alone_are_one_a_trial()
    {
        Experiment experiment = Toys.Of("rate: {grid: [0.1, 1]}\nsteps: 3");
        ResultsFolder folder = new(_folder["out"]);
        new LocalRun(experiment, folder).Run();
        Assert.Equal([2, 2], RecordTable.Read(experiment, folder, lastOnly: true).Rows.Select(row => row.Row.Iteration));
    }
}
