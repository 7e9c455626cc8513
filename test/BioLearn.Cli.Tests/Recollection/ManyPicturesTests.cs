using System.Diagnostics;
using System.Text.Json;
using BioLearn.Cli.Recollection;
using BioLearn.Cli.Recollection.Report;
using Xunit.Abstractions;

namespace BioLearn.Cli.Tests.Recollection;

/// <summary>
/// Manifest, measures and report of more pictures than a page holds. BIOLEARN_MANIFEST_PICTURES says how many (a million, say); the test prints time and memory then.
/// </summary>
public sealed class ManyPicturesTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static int Count => int.TryParse(Environment.GetEnvironmentVariable("BIOLEARN_MANIFEST_PICTURES"), out int count) ? count : 1203;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Manifest_measures_and_report_hold_them_all()
    {
        string results = _folder["results"];
        Directory.CreateDirectory(results);
        using (var manifest = Manifest.Open(results, Header, overwrite: false, _ => true))
        {
            for (int i = 0; i < Count; i++)
                manifest.Add(Picture(i));
            StoredPictures journal = manifest.InOrder(Enumerable.Range(0, Count).Select(i => $"picture-{i}"));
            StoredPictures final = manifest.Finish(journal, () => new() { Pictures = Count, Failed = 0, Batch = 8, Threads = 2, Seconds = 1 });
            Assert.Equal(Line(Picture(Count / 2)), Line(final[Count / 2]));
        }
        Tell("written");
        using (var again = Manifest.Open(results, Header, overwrite: false, picture => picture.Width > 0))
        {
            Tell("taken over");
            StoredPictures done = again.InOrder(Enumerable.Range(0, Count).Select(i => $"picture-{i}"));
            Assert.False(again.Has($"picture-{Count}"));
            Assert.Equal(Line(Picture(Count - 1)), Line(done[^1]));
            MeasuresFile.Write(results, Header, done);
            Tell("measures");
            await ReportWriter.WriteAsync(await ReportWriter.Prepare(), results, Header, done, RunFigures.Of(Header, done), "recollect many");
            Tell("report");
        }
        Assert.Equal(2 * Count + 1, File.ReadLines(Path.Combine(results, "measures.csv")).Count());
        string[] pages = [Path.Combine(results, "report.html"), .. Directory.GetFiles(Path.Combine(results, "pages")).OrderBy(file => int.Parse(Path.GetFileNameWithoutExtension(file), System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal((Count + 499) / 500, pages.Length);
        int shown = 0;
        foreach (string page in pages)
        {
            string text = await File.ReadAllTextAsync(page);
            shown += text.Split("data-measures=").Length - 1;
            Assert.True(text.Length < 4_000_000);
            Assert.Contains(page == pages[0] ? "src=\"recollections/picture-0_a.png\"" : "src=\"../recollections/picture-", text, StringComparison.Ordinal);
        }
        Assert.Equal(Count, shown);
        Assert.Contains("href=\"pages/2.html\"", await File.ReadAllTextAsync(pages[0]), StringComparison.Ordinal);
        Assert.Contains("href=\"../report.html\"", await File.ReadAllTextAsync(pages[1]), StringComparison.Ordinal);
        Assert.DoesNotContain(">next<", await File.ReadAllTextAsync(pages[^1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_of_an_earlier_longer_run_are_gone()
    {
        string results = _folder["results"];
        Directory.CreateDirectory(results);
        await ReportWriter.WriteAsync(await ReportWriter.Prepare(), results, Header, Pictures(1100), RunFigures.Of(Header, Pictures(1100)), "long");
        Assert.Equal(2, Directory.GetFiles(Path.Combine(results, "pages")).Length);
        await ReportWriter.WriteAsync(await ReportWriter.Prepare(), results, Header, Pictures(600), RunFigures.Of(Header, Pictures(600)), "short");
        Assert.Equal(["2.html"], Directory.GetFiles(Path.Combine(results, "pages")).Select(Path.GetFileName));
    }

    [Fact]
    public void Lines_are_found_whatever_ends_them_and_a_torn_one_is_none()
    {
        string path = _folder["manifest.jsonl"];
        string header = JsonSerializer.Serialize(new ManifestLine { Run = Header }, ManifestJson.Default.ManifestLine), long1 = Line(Picture(1) with { Source = new('é', 100_000) });
        foreach (string ending in (string[])["\n", "\r\n"])
        {
            File.WriteAllText(path, string.Join(ending, [header, Line(Picture(0)), long1, Line(Picture(2) with { Error = "gone" }), Line(Picture(3))[..40]]), new System.Text.UTF8Encoding(ending.Length > 1));
            using var file = ManifestFile.Read(path);
            Assert.Equal([Line(Picture(0)), long1], file.Pictures.Done.Select(Line));
            Assert.Equal("gone", file.Pictures[2].Error);
            Assert.Equal(3, file.Pictures.Count);
            Assert.Null(file.Summary);
        }
    }

    private static IEnumerable<ManifestPicture> Pictures(int count) => Enumerable.Range(0, count).Select(Picture);

    private void Tell(string what)
    {
        using var process = Process.GetCurrentProcess();
        output.WriteLine($"{what}: {process.TotalProcessorTime.TotalSeconds:0.0} s of CPU, {process.PeakWorkingSet64 >> 20} MB at most");
    }

    private static string Line(ManifestPicture picture) => JsonSerializer.Serialize(new ManifestLine { Picture = picture }, ManifestJson.Default.ManifestLine);

    private static ManifestHeader Header { get; } = new()
    {
        Model = "net",
        ModelSha256 = "00",
        Preprocessing = "as they are",
        Columns = [new("a", "predicted class", "general_class", "minmax_local", "normalize_minmax_local", true, "one class unit"), new("b", "predicted class", "general_class", "guided", "relu_both", true, null)],
        Seed = 0,
        Controls = true,
    };

    private static ManifestPicture Picture(int i) => new()
    {
        Id = $"picture-{i}",
        Source = $"/data/photographs/of/many/years/picture-{i}.jpg",
        Bytes = 100_000 + i,
        Modified = DateTime.UnixEpoch.AddSeconds(i),
        Width = 640,
        Height = 480,
        PredictedClass = i % 100,
        PredictedName = $"class {i % 100}",
        Probability = 0.5,
        Original = $"originals/picture-{i}.png",
        Recollections = [.. new[] { "a", "b" }.Select(column => new ManifestRecollection
        {
            Column = column,
            File = $"recollections/picture-{i}_{column}.png",
            EdgeCorrelation = 0.4 + i % 10 * 0.01,
            Pearson = 0.3,
            Ssim = 0.2,
            Identified = i % 3 != 0,
            IdentifiedAmong = 10,
            Controls = new(0.1, 0.2, 0.3, 0.1, 0.5, -0.1),
        })],
        Milliseconds = new(1, 2, 3, 4, 5),
    };
}
