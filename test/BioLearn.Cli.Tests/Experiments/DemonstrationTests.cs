using BioLearn.Cli.Experiments;

namespace BioLearn.Cli.Tests.Experiments;

public class DemonstrationTests
{
    /// <summary>What the tool runs without arguments: four grids that lie beside it, each with claims.</summary>
    [Fact]
    public async Task Demonstrations_are_bundled_grids()
    {
        Assert.Equal(4, RunCommand.Demonstrations.Length);
        Assert.All(RunCommand.Demonstrations, name => Assert.Contains(name, GridChoice.Bundled()));
        foreach (string name in RunCommand.Demonstrations)
            Assert.Equal(0, (await Tool.RunAsync("experiment", "plan", name, "--first", "0")).ExitCode);
    }
}
