using System.Text.RegularExpressions;
using BioLearn.Cli.Learning;
using BioLearn.ML.Hebbian;
using BioLearn.ML.Memories;
using Microsoft.ML;

namespace BioLearn.Cli.Tests.Learning;

public class CatalogRuleTests
{
    private static readonly CatalogRule[] All = [.. CatalogRule.Recurrent, .. CatalogRule.Unsupervised];

    [Fact]
    public async Task Rules_with_a_call_of_their_own_are_listed_with_call_and_reference()
    {
        var (exitCode, output) = await Tool.RunAsync("rules");
        Assert.Equal(0, exitCode);
        foreach (var rule in All.Concat(CatalogRule.Spiking))
        {
            string row = Assert.Single(output.Split('\n'), line => line.TrimStart().StartsWith($"{rule.Name} ", StringComparison.Ordinal));
            Assert.Contains(rule.Summary, row, StringComparison.Ordinal);
            Assert.Contains(rule.Call, output, StringComparison.Ordinal);
            Assert.Contains(rule.Reference, output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void No_call_rule_or_kind_of_memory_of_the_library_is_left_out_or_made_up()
    {
        string[] methods = [.. new[] { typeof(RecurrentCatalog), typeof(UnsupervisedCatalog) }
            .SelectMany(c => c.GetMethods().Where(m => m.IsStatic)).Select(m => m.Name).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(methods, All.Select(r => Regex.Match(r.Call, @"\.(\w+)\(").Groups[1].Value).Distinct().Order(StringComparer.Ordinal));

        Type[] library = [.. typeof(HebbianRule).Assembly.GetExportedTypes().Where(t => !t.IsAbstract)];
        string[] hebbian = [.. library.Where(t => t.IsAssignableTo(typeof(HebbianRule))).Select(t => t.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(hebbian, Used(@"HebbianComponents\(.*new (\w+)"));
        Assert.Equal(Enum.GetNames<HopfieldRule>().Order(StringComparer.Ordinal), Used(@"HopfieldRule\.(\w+)"));
        Assert.All(library.Where(t => t.IsAssignableTo(typeof(CompetitiveRule))), t => Assert.Contains(All, r => r.Call.Contains($"Transforms.{t.Name}(", StringComparison.Ordinal)));
        Assert.Equal(All.Length, All.Select(r => r.Name).Distinct().Count());
    }

    [Theory]
    [InlineData("random-feedback-local-online", "mlContext.MulticlassClassification.Trainers.RandomFeedbackLocalOnline(", "docs/learning-rules.md")]
    [InlineData("echo-state-network", "mlContext.MulticlassClassification.Trainers.EchoStateNetwork(", "docs/learning-rules.md")]
    [InlineData("pair-stdp", "in a program: new PairStdp<float>(", "docs/unsupervised.md")]
    [InlineData("sanger", "mlContext.Transforms.HebbianComponents(\"Components\", \"Features\", rule: new Sanger())", "docs/unsupervised.md")]
    [InlineData("hopfield-modern:Beta=1", "HopfieldRule.Modern", "docs/unsupervised.md")]
    public async Task Training_by_one_names_its_call(string rule, string call, string guide)
    {
        using var folder = new TemporaryFolder();
        foreach (string[] command in new string[][] { ["train", "--rule", rule], ["compare", "--rules", rule] })
        {
            var (exitCode, output) = await Tool.RunAsync([.. command, "--out", folder["run"]]);
            Assert.Equal(2, exitCode);
            Assert.Contains(call, output, StringComparison.Ordinal);
            Assert.Contains(guide, output, StringComparison.Ordinal);
            Assert.False(Directory.Exists(folder["run"]));
        }
    }

    private static IEnumerable<string> Used(string pattern) =>
        All.Select(r => Regex.Match(r.Call, pattern)).Where(m => m.Success).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal);
}
