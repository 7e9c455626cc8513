using System.Text.RegularExpressions;
using BioLearn.Cli.Tests.Recollection;
using BioLearn.Onnx.Images;
using Spectre.Console.Testing;

namespace BioLearn.Cli.Tests.Terminal;

/// <summary>What commands print is readable on a terminal of 80 columns: no word is broken that fits, no heading is cut off.</summary>
public sealed partial class TableWidthTests : IDisposable
{
    private const int Width = 80;
    private const int LongestWord = 28;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Commands =>
    [
        "train --help",
        "recollect --help",
        "experiment submit --help",
        "rules",
        "data list",
        "models list",
        "models info alexnet",
        "compare --data {table} --rules {longest},equilibrium-propagation:Beta=0.5 --layers 4 --epochs 1 --seeds 2 --out {out}",
        "compare --baselines {table} {other} --rules {longest} --folds 2",
        "plastic train --pattern-size 8 --patterns 2 --updates 3 --overwrite --out {out}",
        "plastic feedforward oneshot --seeds 1 --out {out}",
        "experiment plan {grid} --trials {walk}",
        "experiment run {grid} --trials {walk} --out {out}",
        "experiment retry {grid} --failed --trials {walk} --out {out}",
        "experiment status {grid} --trials {walk} --out {out}",
        "experiment why {grid} {trial} --trials {walk} --out {ran}",
        "naming compare --data {named} --episodes 2 --network {network} --active-from 2 --out {out}",
        "naming sweep --data {named} --network {network} --range shots=1 --range novelty=1:3 --range active-from=2 --range initial-deviation=0.05 --range novel-examples=5 --out {out}",
        "naming name {named}/bars --model {model}",
        "instruct train --network fc --hidden 8 --epochs 1 --rows 40 --test-questions 40 --overwrite --out {out}",
        "instruct train --task left-right-of --network fc --hidden 8 --epochs 1 --rows 40 --test-questions 40 --overwrite --out {out}",
        "instruct ask {asked}/pictures --model {asked}",
        "instruct gates --model {asked} --out {out}",
        "recollect {named}/bars --model {cnn} --no-controls --variant minmax_local --variant deconvnet --variant guided --out {out}",
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Output_keeps_its_words_whole_at_80_columns(string command)
    {
        NamedPictures.Make(_folder);
        foreach (string name in (string[])["table.csv", "other.csv"])
            File.WriteAllText(_folder[name], "x,y,label\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i % 2},{i % 3},{(i % 2 == 0 ? "a" : "b")}\n")));
        File.WriteAllText(_folder["grid.yaml"], Experiments.WalkTrial.Grid);
        if (command.Contains("{ran}", StringComparison.Ordinal))
            await Tool.RunAsync("experiment", "run", _folder["grid.yaml"], "--trials", typeof(Experiments.WalkTrial).Assembly.Location, "--out", _folder["ran"]);
        if (command.Contains("{model}", StringComparison.Ordinal))
            await Tool.RunAsync("naming", "train", "--data", _folder["named"], "--network", _folder["network.blsn"], "--active-from", "2", "--out", _folder["model"]);
        if (command.Contains("{asked}", StringComparison.Ordinal))
            await Tool.RunAsync("instruct", "train", "--epochs", "1", "--rows", "40", "--single-task", "no", "--test-questions", "20", "--out", _folder["asked"]);
        string wide = await Run(command, 4000), narrow = await Run(command, Width);
        Assert.All(narrow.Split('\n'), line => Assert.True(line.TrimEnd().Length <= Width, line));
        Assert.DoesNotContain("…", narrow, StringComparison.Ordinal);
        HashSet<string> kept = [.. Words(narrow)];
        string[] broken = [.. Words(wide).Where(word => word.Length <= LongestWord && !IsMeasured(word) && !kept.Contains(word)).Distinct()];
        Assert.True(broken.Length == 0, $"broken: {string.Join(" ", broken)}\n{narrow}");
    }

    private async Task<string> Run(string command, int width)
    {
        using var stop = new BioLearn.Cli.Terminal.StopSignals();
        using var console = new TestConsole();
        console.Profile.Width = width;
        string line = command.Replace("{grid}", _folder["grid.yaml"], StringComparison.Ordinal).Replace("{walk}", typeof(Experiments.WalkTrial).Assembly.Location, StringComparison.Ordinal)
            .Replace("{ran}", _folder["ran"], StringComparison.Ordinal).Replace("{trial}", Experiments.WalkTrial.Identity, StringComparison.Ordinal).Replace("{table}", _folder["table.csv"], StringComparison.Ordinal).Replace("{other}", _folder["other.csv"], StringComparison.Ordinal)
            .Replace("{out}", _folder[$"out{width}"], StringComparison.Ordinal).Replace("{named}", _folder["named"], StringComparison.Ordinal).Replace("{network}", _folder["network.blsn"], StringComparison.Ordinal)
            .Replace("{longest}", BioLearn.ML.RuleTable.Rows.Where(row => row.IsLearningRule).MaxBy(row => row.Name.Length)!.Name, StringComparison.Ordinal).Replace("{model}", _folder["model"], StringComparison.Ordinal).Replace("{asked}", _folder["asked"], StringComparison.Ordinal).Replace("{cnn}", RecollectFixture.SmallModel, StringComparison.Ordinal);
        int exitCode = await BiolearnApp.RunAsync(line.Split(' '), console, console, stop);
        Assert.True(exitCode == 0, console.Output);
        return console.Output;
    }

    private static IEnumerable<string> Words(string text) => text.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Times differ from run to run; paths are as long as they are.</summary>
    private static bool IsMeasured(string word) => word.Contains('/', StringComparison.Ordinal) || Figure().IsMatch(word);

    [GeneratedRegex(@"^[\d.,:%]+$")]
    private static partial Regex Figure();
}
