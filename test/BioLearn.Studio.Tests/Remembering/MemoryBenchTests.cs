using BioLearn.ML.Diagnostics;
using BioLearn.Studio.Remembering;

namespace BioLearn.Studio.Tests.Remembering;

/// <summary>Memories without a browser.</summary>
public sealed class MemoryBenchTests
{
    public static TheoryData<string> Kinds() => [.. MemoryKind.All.Select(kind => kind.Key)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Memory_that_the_page_begins_with_brings_its_hidden_patterns_back(string kind)
    {
        MemoryBench bench = new() { Kind = MemoryKind.Find(kind)! };
        for (int place = 0; place < bench.Patterns.Count; place++)
        {
            bench.Ask(place);
            var frames = bench.Recall(CancellationToken.None);
            Assert.Equal(bench.Cue, frames[0].State);
            Assert.True(frames.Count > 1);
            Assert.True(bench.Wrong(frames[^1]) == 0, $"{ReadyPatterns.NameOf(bench.Patterns[place])}: {bench.Wrong(frames[^1])} wrong");
            Assert.Equal("It came back whole.", bench.Verdict(frames[^1]));
            if (frames[0].Energy is not null)
                Assert.All(frames.Zip(frames.Skip(1)), pair => Assert.True(pair.Second.Energy <= pair.First.Energy + 1e-4));
            else
                Assert.Equal("plastic", kind);
        }
    }

    [Fact]
    public void Ready_patterns_are_all_different_and_whole()
    {
        Assert.Equal(ReadyPatterns.All.Count, ReadyPatterns.All.Select(ready => ready.Pattern).Distinct().Count());
        ulong heart = ReadyPatterns.All[0].Pattern;
        Assert.Equal(".##..##.\n########\n########\n########\n.######.\n..####..\n...##...\n........\n", Squares.Text(Squares.Elements(heart)));
        Assert.Equal(heart, Squares.FromDigits(Squares.Digits(heart)));
        Assert.Null(Squares.FromDigits("no digits"));
        Assert.Null(Squares.FromDigits("12345678901234567"));
    }

    [Fact]
    public void Damage_is_by_slider_or_by_hand_hides_or_flips_and_counts_what_differs()
    {
        MemoryBench bench = new();
        bench.SetDamage(50);
        Assert.Equal((32, 32), (bench.Damaged, bench.Cue.Count(element => element == 0)));
        bench.SetFlips(true);
        Assert.Equal((32, 0), (bench.Damaged, bench.Cue.Count(element => element == 0)));
        bench.SetDamage(0);
        bench.Touch(5);
        Assert.Equal((1, true), (bench.Damaged, bench.HasOwnDamage));
        bench.Touch(5);
        Assert.Equal(0, bench.Damaged);
        bench.SetFlips(false);
        bench.Touch(5);
        Assert.Equal(0, bench.Cue[5]);
        Assert.False(new MemoryBench().HasOwnDamage);
    }

    [Fact]
    public void Link_opens_the_same_bench_and_nonsense_the_usual_one()
    {
        MemoryBench bench = new() { Kind = MemoryKind.Find("storkey")! };
        Assert.Null(bench.Store(0x00FF00FF00FF00FFUL));
        Assert.Equal("This pattern is stored already.", bench.Store(0x00FF00FF00FF00FFUL));
        bench.SetFlips(true);
        bench.SetDamage(25);
        bench.DrawAnew();
        bench.Touch(63);
        MemoryBench again = new();
        again.Open(Parse(RememberLink.Of(bench)));
        Assert.Equal((bench.Kind, bench.Asked, bench.Flips, bench.Damage, bench.Draw), (again.Kind, again.Asked, again.Flips, again.Damage, again.Draw));
        Assert.Equal(bench.Patterns, again.Patterns);
        Assert.Equal(bench.Cue, again.Cue);
        again.Open(RememberLink.Parse("none", "zz-..-123456789012345678901", 99, 400, null, -3, "a"));
        Assert.Equal(("storkey", 0, 0), (again.Kind.Key, again.Patterns.Count, again.Frames.Count));
        Assert.Empty(again.Recall(CancellationToken.None));
        Assert.Equal("The sheet is empty; fill some squares first.", again.StoreDrawing());

        static RememberLink Parse(string address)
        {
            var query = address.Split('?')[1].Split('&').Select(part => part.Split('=')).ToDictionary(part => part[0], part => part[1]);
            return RememberLink.Parse(query["kind"], query["patterns"], Number("ask"), Number("hide"), Number("flip"), Number("draw"), query.GetValueOrDefault("cue"));
            int? Number(string name) => query.TryGetValue(name, out string? text) ? int.Parse(text) : null;
        }
    }

    [Fact]
    public void Verdict_tells_another_memory_and_a_mixture_apart()
    {
        MemoryBench bench = new();
        float[] other = Squares.Elements(bench.Patterns[1]), mixture = [.. Squares.Elements(bench.Patterns[0]).Zip(Squares.Elements(bench.Patterns[2]), (a, b) => a > b ? a : b)];
        Assert.StartsWith("It fell into another memory, X:", bench.Verdict(new(other, null)), StringComparison.Ordinal);
        Assert.StartsWith("It came to rest at something that was never stored", bench.Verdict(new(mixture, null)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Capacity_ends_when_the_memory_has_failed_and_stops_when_it_is_told_to()
    {
        using WorkLimit limit = new(new StudioOptions { ParallelWork = 1 });
        CapacityTrial hebb = new(MemoryKind.Find("hebb")!, 64, new PatternDamage(.3));
        await hebb.RunAsync(limit, () => Task.CompletedTask, CancellationToken.None);
        Assert.Equal(1, hebb.Points[0].Share);
        Assert.True(hebb.Points[^1].Share < .02);
        Assert.InRange(hebb.Points.Last(point => point.Share >= .9).Patterns, 3, 12); // about the limit, 8.8
        using CancellationTokenSource stop = new();
        CapacityTrial modern = new(MemoryKind.Find("modern")!, 64, new PatternDamage(.3));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => modern.RunAsync(limit, () => modern.Points.Count == 20 ? stop.CancelAsync() : Task.CompletedTask, stop.Token));
        Assert.Equal((20, 1.0), (modern.Points.Count, modern.Points[^1].Share));
    }

    [Theory]
    [InlineData("hebb")]
    [InlineData("modern")]
    [InlineData("plastic")]
    public void Kept_memory_comes_back_the_same_by_the_tool_and_by_the_program(string kind)
    {
        MemoryBench bench = new() { Kind = MemoryKind.Find(kind)! };
        bench.Ask(1);
        string whole = Squares.Text(bench.Recall(CancellationToken.None)[^1].State);
        string folder = Directory.CreateTempSubdirectory("memory").FullName;
        try
        {
            File.Copy(Path.Combine(AppContext.BaseDirectory, "models", "memory-8x8.blpn"), Path.Combine(folder, "memory-8x8.blpn"));
            Assert.EndsWith(whole, KeptProgram.Run(RememberKit.Program(bench), folder), StringComparison.Ordinal);
            string[] drawn = KeptProgram.Shell(RememberKit.CommandLines(bench), folder).Split('\n');
            Assert.Equal(whole.Replace("#", "██", StringComparison.Ordinal).Replace(".", "··", StringComparison.Ordinal).Split('\n')[0], drawn[0][20..36]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Kept_measurement_gives_the_same_rows()
    {
        using WorkLimit limit = new(new StudioOptions());
        CapacityTrial trial = new(MemoryKind.Find("storkey")!, 64, new PatternDamage(.25));
        using CancellationTokenSource stop = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => trial.RunAsync(limit, () => trial.Points.Count == 12 ? stop.CancelAsync() : Task.CompletedTask, stop.Token));
        string[] rows = KeptProgram.Shell(RememberKit.CapacityLine(trial).Replace("--most 64", "--most 12", StringComparison.Ordinal), Path.GetTempPath()).Split('\n')[1..13];
        Assert.Equal(trial.Points.Select(point => (point.Patterns, point.Recalled)), rows.Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(row => (int.Parse(row[0]), int.Parse(row[1]))));
    }
}
