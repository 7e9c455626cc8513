namespace BioLearn.Cli.Tests.Terminal;

/// <summary>Every command tells what it takes: the parser makes the text when somebody asks, so that a description it cannot print is seen by users first.</summary>
public class HelpTests
{
    [Fact]
    public async Task Help_of_every_command_names_all_its_options()
    {
        var commands = await ModelCommand.AllAsync();
        foreach (var command in commands)
        {
            var (exitCode, output) = await Tool.RunAsync([.. command.Words, "--help"]);
            Assert.True(exitCode == 0, $"biolearn {command} --help: exit code {exitCode}: {output}");
            Assert.All(command.Options, option => Assert.Contains(option.Name, output, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Help_of_every_branch_names_its_commands()
    {
        var commands = await ModelCommand.AllAsync();
        foreach (var branch in commands.Where(command => command.Words.Length > 1).GroupBy(command => string.Join(' ', command.Words[..^1])))
        {
            var (exitCode, output) = await Tool.RunAsync([.. branch.Key.Split(' '), "--help"]);
            Assert.Equal(0, exitCode);
            Assert.All(branch, command => Assert.Contains(command.Words[^1], output, StringComparison.Ordinal));
        }
    }
}
