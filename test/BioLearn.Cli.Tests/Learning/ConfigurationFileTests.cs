using BioLearn.Cli.Learning;
using BioLearn.Cli.Terminal;

namespace BioLearn.Cli.Tests.Learning;

public sealed class ConfigurationFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Keys_are_options_and_the_command_line_wins()
    {
        File.WriteAllText(_folder["base.yaml"], "data: mnist\nepochs: 9\n");
        Assert.Equal(["train", "--data=mnist", "--rule=predictive-coding:inferencesteps=64:inferencerate=0.2", "--layers=256-128", "--no-biases", "--learning-rate=1e-3", "--config", _folder["c.yaml"], "-e", "3", "--threads=2"],
            Expand("base: base.yaml\nrule: {name: predictive-coding, inference-steps: 64, inference-rate: 0.2}\nlayers: [256, 128]\nno-biases: true\noverwrite: false\nlearning-rate: 1e-3\nthreads: 4\n",
                "train", "--config", _folder["c.yaml"], "-e", "3", "--threads=2"));
        Assert.Equal(["compare", "--rules=backpropagation,sign-symmetry", $"--config={_folder["c.yaml"]}"], Expand("rules: [backpropagation, sign-symmetry]", "compare", $"--config={_folder["c.yaml"]}"));
    }

    [Theory]
    [InlineData("train", "epoch: 3", "line 1: unknown option 'epoch'; did you mean 'epochs'?")]
    [InlineData("train", "rules: [a]", "unknown option 'rules'; did you mean 'rule'?")]
    [InlineData("compare", "\nrules: [{a: b}]", "line 2: a map: expected a value")]
    [InlineData("train", "config: other.yaml", "unknown option 'config'")]
    [InlineData("train", "rows: 9\nlearning-rate: abc", "c.yaml, line 2: learning-rate: abc: expected a number")]
    [InlineData("train", "learning-rate: .inf", "line 1: learning-rate: .inf: expected a number")]
    [InlineData("compare", "learning-rate: [1, 2]", "line 1: learning-rate: [1, 2]: expected a number")]
    [InlineData("train", "epochs: 1.5", "line 1: epochs: 1.5: expected a whole number")]
    [InlineData("train", "film: yes", "c.yaml, line 1: film: yes: expected true or false")]
    [InlineData("train", "resume: 1", "line 1: resume: 1: expected true or false")]
    public void Mistakes_name_file_and_line(string command, string text, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Expand(text, command, "--config", _folder["c.yaml"])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_not_there_is_told_by_the_option() =>
        Assert.Contains("--config nowhere.yaml: there is no such file", Assert.Throws<UsageException>(() => ConfigurationFile.Expand(["train", "--config", "nowhere.yaml"])).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Train_takes_the_options_of_the_file()
    {
        File.WriteAllText(_folder["table.csv"], "x,y,label\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i % 2},{i % 3},{(i % 2 == 0 ? "a" : "b")}\n")));
        File.WriteAllText(_folder["c.yaml"], $"rule: {{name: equilibrium-propagation, free-steps: 3}}\ndata: {_folder["table.csv"]}\nlayers: [4]\nepochs: 2\n");
        var (exitCode, output) = await Tool.RunAsync("train", "--config", _folder["c.yaml"], "--out", _folder["out"]);
        Assert.True(exitCode == 0, output);
        Assert.Contains("free", File.ReadAllText(_folder["out/training.json"]), StringComparison.OrdinalIgnoreCase);
    }

    private IReadOnlyList<string> Expand(string text, params string[] arguments)
    {
        File.WriteAllText(_folder["c.yaml"], text);
        return ConfigurationFile.Expand(arguments);
    }
}
