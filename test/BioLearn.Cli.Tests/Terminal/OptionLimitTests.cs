using System.Diagnostics;
using BioLearn.Cli.Learning;
using BioLearn.Cli.Learning.Data;
using BioLearn.Cli.Naming.Sweeping;
using BioLearn.Cli.Terminal;
using BioLearn.ML;
using BioLearn.Onnx.Images;

namespace BioLearn.Cli.Tests.Terminal;

[CollectionDefinition("Alone", DisableParallelization = true)]
public sealed class AloneCollection;

/// <summary>
/// Every option of every command is given 0, -1, huge numbers, no number, nothing, a missing file, a folder and a file of garbage, one at a time, on
/// tiny data. Whatever comes of it is an exit code that is documented and a message that users can read. Commands and options are
/// those that the parser knows; what they need to be quick is named by option, so that a new command is tried too.
/// </summary>
[Collection("Alone")]
public sealed class OptionLimitTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(.25);
    private static readonly TimeSpan Hanging = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    private const string WorksOn = "works on behind a stop";

    private readonly TemporaryFolder _folder = new();
    private readonly string _before = Environment.CurrentDirectory;
    private readonly Dictionary<string, string?> _environment = [];

    public OptionLimitTests()
    {
        foreach (string variable in (string[])[KnownData.FolderVariable, "BIOLEARN_MODELS"])
        {
            _environment[variable] = Environment.GetEnvironmentVariable(variable);
            Environment.SetEnvironmentVariable(variable, _folder["known"]);
        }
        Directory.CreateDirectory(_folder["here"]);
        Environment.CurrentDirectory = _folder["here"];
        MakeInputs();
    }

    public void Dispose()
    {
        Environment.CurrentDirectory = _before;
        foreach (var (variable, value) in _environment)
            Environment.SetEnvironmentVariable(variable, value);
        _folder.Dispose();
    }

    [Fact]
    public async Task Every_option_of_every_command_at_its_limits_ends_in_a_documented_way()
    {
        var commands = await ModelCommand.AllAsync();
        Assert.True(commands.Length >= 18, $"{commands.Length} commands");
        await TryAll(commands.SelectMany(command => command.Options.SelectMany(option => Values(option).Select(value => (command, option, value)))));
    }

    [Fact]
    public async Task Every_option_of_every_rule_at_its_limits_ends_in_a_documented_way()
    {
        var (command, option) = await Find("train", "--rule");
        await TryAll(RuleTable.Rows.Where(row => row.IsLearningRule).SelectMany(row => RuleChoice.OptionsOf(row).Where(o => o.Default is int or double).SelectMany(o =>
            Limits.Select(limit => (command, option, $"{row.Name}:{o.Name}={limit}")))));
    }

    [Fact]
    public async Task Every_parameter_of_a_sweep_at_its_limits_ends_in_a_documented_way()
    {
        var (command, option) = await Find("naming sweep", "--range");
        await TryAll(SweepPoint.Parameters.SelectMany(parameter => Limits.Append("0.5").Append("1:").Append("-1:1").Append("1:1e300").Append("1,,2").Select(limit => (command, option, $"{parameter}={limit}"))));
    }

    private static readonly string[] Limits = ["0", "-1", "2147483647", "1e308", "NaN", ""];

    private static async Task<(ModelCommand Command, ModelOption Option)> Find(string words, string name)
    {
        var command = (await ModelCommand.AllAsync()).Single(one => one.ToString() == words);
        return (command, command.Options.Single(option => option.Name == name));
    }

    private async Task TryAll(IEnumerable<(ModelCommand Command, ModelOption Option, string Value)> trials)
    {
        List<string> wrong = [];
        int runs = 0;
        foreach (var (command, option, value) in trials)
        {
            runs++;
            string? complaint = await Try(command, option, value);
            // A command that has not ended a moment after its stop may be deaf, or the machine busy: who is deaf is so every time.
            for (int again = 0; complaint == WorksOn && again < 4; again++)
                complaint = await Try(command, option, value);
            if (complaint is not null)
                wrong.Add($"biolearn {string.Join(' ', Line(command, option, value))}\n    {complaint}");
        }
        Assert.True(runs > 100 && wrong.Count == 0, $"{wrong.Count} of {runs}:\n{string.Join('\n', wrong)}");
    }

    /// <summary>What is wrong with the outcome, or null.</summary>
    private async Task<string?> Try(ModelCommand command, ModelOption option, string value)
    {
        using var stop = new StopSignals();
        var clock = Stopwatch.StartNew();
        var running = Task.Run(() => Tool.RunAsync(stop, Line(command, option, value)));
        bool stopped = await Task.WhenAny(running, Task.Delay(Patience)) != running;
        if (stopped)
        {
            stop.Stop();
            if (await Task.WhenAny(running, Task.Delay(Hanging)) != running)
                return "does not hear the stop";
        }
        var (exitCode, output) = await running;
        string? complaint = Complaint();
        try
        {
            Clean();
        }
        catch (IOException e)
        {
            complaint ??= $"writes on behind its end: {e.Message}";
            await Task.Delay(Rest);
            Clean();
        }
        return complaint;

        string? Complaint()
        {
            string said = output.Trim().ReplaceLineEndings(" ");
            if (exitCode is not (0 or 1 or 2 or 3) && !(stopped && exitCode == ExitCodes.Interrupted))
                return $"exit code {exitCode}: {said}";
            if (output.Contains("   at ", StringComparison.Ordinal) || output.Contains("should not happen", StringComparison.Ordinal) || output.Contains("(Parameter '", StringComparison.Ordinal))
                return $"the words of a program: {(said.Length > 700 ? said[..700] : said)}";
            if (exitCode is 1 or 2 && said.Length == 0)
                return $"exit code {exitCode} without a word";
            if (exitCode == 2 && !Names(said, option, value))
                return $"names neither {option.Name} nor '{value}': {said}";
            if (output.Contains("in the middle of a step", StringComparison.Ordinal))
                return WorksOn;
            if (Left() is { } left)
                return $"left {left} behind";
            return null;
        }
    }

    private static bool Names(string said, ModelOption option, string value) =>
        said.Contains(option.IsArgument ? option.Name : option.Name, StringComparison.OrdinalIgnoreCase) || (value.Length > 2 && said.Contains(value, StringComparison.Ordinal)) || (option.IsArgument && value.Length > 0 && said.Contains(value, StringComparison.Ordinal));

    private IEnumerable<string> Values(ModelOption option)
    {
        if (option.Kind == "flag")
            return ["", "=x"];
        string[] numbers = ["0", "-1", "2147483647", "99999999999999999999", "1e308", "NaN", ""];
        string[] files = [_folder["nowhere"], _folder["empty"], _folder["garbage"], Path.Combine(_folder["garbage"], "in.csv")];
        return option.Type is "System.String" or "System.String[]" ? ["0", "-1", "1e308", "NaN", "", ",", "x=", .. files] : numbers;
    }

    /// <summary>A command line that is quick, with the option last.</summary>
    private string[] Line(ModelCommand command, ModelOption option, string value)
    {
        List<string> line = [.. command.Words];
        foreach (var other in command.Options.Where(other => other.Name != option.Name))
        {
            if (Usual(command, other) is { } usual)
                line.AddRange(other.IsArgument ? [usual] : other.Kind == "flag" ? [other.Name] : [other.Name, usual]);
            else if (other.IsRequired)
                line.Add(_folder["garbage"]);
        }
        if (option.IsArgument)
        {
            // Arguments stand in their order; what is tried takes the place of its own.
            int place = command.Words.Length + command.Options.Where(o => o.IsArgument && (o.IsRequired || Usual(command, o) is not null || o == option)).ToList().IndexOf(option);
            line.Insert(Math.Min(place, line.Count), value);
        }
        else
        {
            line.Add(option.Kind == "flag" ? option.Name + value : $"{option.Name}={value}");
        }
        return [.. line];
    }

    private string? Usual(ModelCommand command, ModelOption option) => (command.Words[0], option.Name) switch
    {
        ("experiment", "--trials") => typeof(Experiments.WalkTrial).Assembly.Location,
        ("experiment", "FILE") => _folder["grid.yaml"],
        ("experiment", "FOLDER") => _folder["ran"],
        ("experiment", "--csv") => _folder["out.csv"],
        ("experiment", "ID") => Experiments.WalkTrial.Identity,
        ("experiment", "--failed" or "--print") => "",
        ("export", "MODEL") or ("look", "MODELS") => _folder["taught"],
        ("look", "--picture") => "1x2",
        ("export", "--to" or "--activations") => _folder["out.npz"],
        ("export", "--rows") => _folder["table.csv"],
        ("instruct", "--model") => _folder["asked"],
        ("instruct", "PICTURES") => _folder["asked/pictures"],
        ("instruct", "--network") => "fc",
        ("instruct", "--hidden") => "8",
        ("instruct", "--epochs") => "1",
        ("instruct", "--rows") => "40",
        ("instruct", "--single-task") => "no",
        ("instruct", "--test-questions") => "20",
        (_, "--out") => command.ToString() is "plastic demo" or "plastic complete" or "memory complete" ? _folder["out.png"] : command.ToString() is "naming name" or "instruct ask" or "memory capacity" ? _folder["out.csv"] : _folder["out"],
        ("naming", "--data") => _folder["named"],
        ("naming", "--network") when command.Words[1] != "teach" => _folder["network.blsn"], // which begins a model; the folder holds one
        ("naming", "--model") => _folder["model"],
        ("naming", "--range") => "shots=1",
        ("naming", "--active-from") when command.Words[1] != "sweep" => "2",
        ("naming", "--episodes") => "2",
        ("naming", "PICTURES") => _folder["named/bars"],
        ("naming", "NAME") => "owl",
        ("plastic", "--pattern-size") => "8",
        ("plastic", "--patterns") when command.Words[1] == "train" => "2",
        ("plastic", "--updates") => "3",
        ("plastic", "NETWORK") => Path.Combine(AppContext.BaseDirectory, "models", "memory-8x8.blpn"),
        ("plastic", "PATTERNS" or "DEGRADED") => _folder["patterns.txt"],
        ("memory", "PATTERNS" or "DAMAGED") => _folder["patterns.txt"],
        ("memory", "--most") => "4",
        ("plastic", "TASK") => "oneshot",
        ("plastic", "--seeds") => "1",
        ("recollect", "--model") => Recollection.RecollectFixture.SmallModel,
        ("recollect", "pictures") => _folder["pictures"],
        ("recollect", "--no-controls") => "",
        ("studio", "--view") => "nowhere", // told in a moment
        ("train", "--rule") => "backpropagation",
        ("train" or "compare", "--data") => _folder["table.csv"],
        ("train" or "compare", "--layers") => "4",
        ("train" or "compare", "--epochs") => "1",
        ("train", "--diagnostics-every") => "0",
        ("compare", "--seeds") => "1",
        ("compare", "--rules") => "backpropagation",
        ("models", "url") => "http://127.0.0.1:9/network.onnx",
        ("models", "model") => Recollection.RecollectFixture.SmallModel,
        ("models", "--sha256") => new string('0', 64),
        ("data", "NAME") => "mnist",
        ("data", "--from") => "http://127.0.0.1:9/",
        _ => null,
    };

    private string? Left() => Directory.EnumerateFiles(_folder.Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
        .FirstOrDefault(file => file.EndsWith(".tmp", StringComparison.Ordinal) || Path.GetFileName(file).StartsWith(".biolearn", StringComparison.Ordinal));

    private void Clean()
    {
        foreach (string made in (string[])["out", "known", "nowhere"])
        {
            if (Directory.Exists(_folder[made]))
                Directory.Delete(_folder[made], recursive: true);
        }
        foreach (string made in (string[])["out.png", "out.csv", "out.npz", "nowhere"])
            File.Delete(_folder[made]);
        File.WriteAllBytes(_folder["garbage"], Garbage());
        foreach (string made in Directory.GetFileSystemEntries(_folder["here"]).Concat(Directory.GetFileSystemEntries(_folder["empty"])))
        {
            if (Directory.Exists(made))
                Directory.Delete(made, recursive: true);
            else
                File.Delete(made);
        }
    }

    private void MakeInputs()
    {
        Directory.CreateDirectory(_folder["empty"]);
        File.WriteAllBytes(_folder["garbage"], Garbage());
        File.WriteAllText(_folder["table.csv"], "x,y,label\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i % 2},{i % 3},{(i % 2 == 0 ? "a" : "b")}\n")));
        File.WriteAllText(_folder["patterns.txt"], string.Concat(Enumerable.Repeat("#.#.#.#.\n", 8)));
        Assert.Equal(0, Tool.RunAsync("train", "--data", _folder["table.csv"], "--layers", "4", "--epochs", "1", "--diagnostics-every", "0", "--out", _folder["taught"]).GetAwaiter().GetResult().ExitCode);
        NamedPictures.Make(_folder);
        File.WriteAllText(_folder["grid.yaml"], Experiments.WalkTrial.Grid);
        Assert.Equal(0, Tool.RunAsync("experiment", "run", _folder["grid.yaml"], "--trials", typeof(Experiments.WalkTrial).Assembly.Location, "--out", _folder["ran"]).GetAwaiter().GetResult().ExitCode);
        Directory.CreateDirectory(_folder["pictures"]);
        ImageFiles.Save(NamedPictures.Picture("bars", 0), _folder["pictures/0.png"]);
        var (exitCode, output) = Tool.RunAsync("naming", "train", "--data", _folder["named"], "--network", _folder["network.blsn"], "--active-from", "2", "--out", _folder["model"]).GetAwaiter().GetResult();
        Assert.True(exitCode == 0, output);
        (exitCode, output) = Tool.RunAsync("instruct", "train", "--network", "fc", "--hidden", "8", "--epochs", "1", "--rows", "40", "--single-task", "no", "--test-questions", "20", "--out", _folder["asked"]).GetAwaiter().GetResult();
        Assert.True(exitCode == 0, output);
    }

    private static byte[] Garbage()
    {
        byte[] bytes = new byte[300];
        new Random(5).NextBytes(bytes);
        return bytes;
    }
}
