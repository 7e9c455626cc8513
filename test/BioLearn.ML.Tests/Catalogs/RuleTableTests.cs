using System.Reflection;
using System.Text.RegularExpressions;
using BioLearn.Eng;
using BioLearn.ML.Hebbian;
using BioLearn.ML.Memories;
using BioLearn.ML.Networks;
using BioLearn.Tests;
using Microsoft.ML;

namespace BioLearn.ML.Tests.Catalogs;

/// <summary>The one table of rules against the classes, the catalogs and the docs.</summary>
public class RuleTableTests
{
    private static readonly string[] Chosen = [@"HopfieldRule\.(\w+)", @"rule: new (\w+)\(\)", @"^new (\w+)", @"\.(\w+)\("];

    private static readonly Type[] Library = [.. typeof(LearningRule).Assembly.GetExportedTypes().Where(t => !t.IsAbstract)];

    public static TheoryData<string> LearningRuleNames => [.. RuleTable.Rows.Where(r => r.IsLearningRule).Select(r => r.Name)];

    [Fact]
    public void Names_are_in_lower_case_with_hyphens_and_each_is_there_once()
    {
        Assert.All(RuleTable.Rows, row => Assert.Matches("^[a-z]+(-[a-z]+)*$", row.Name));
        Assert.Equal(RuleTable.Rows.Count, RuleTable.Rows.Select(r => r.Name).Distinct().Count());
    }

    [Fact]
    public void Every_rule_class_has_a_row()
    {
        foreach (Type kind in (Type[])[typeof(LearningRule), typeof(HebbianRule), typeof(CompetitiveRule)])
        {
            Type[] classes = [.. Library.Where(t => t.IsAssignableTo(kind))];
            Assert.NotEmpty(classes);
            Assert.All(classes, type => Assert.Single(RuleTable.Rows, row => row.Type == type));
        }
        Assert.Equal(
            Enum.GetNames<HopfieldRule>().Order(StringComparer.Ordinal),
            RuleTable.Rows.Select(r => Regex.Match(r.Call, @"HopfieldRule\.(\w+)")).Where(m => m.Success).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_call_is_there_and_every_call_of_the_catalogs_has_a_row()
    {
        string[] called = [.. RuleTable.Rows.Select(r => Regex.Match(r.Call, @"^mlContext(?:\.\w+)+?\.(\w+)\(").Groups[1].Value).Where(name => name.Length > 0).Distinct()];
        string[] methods = [.. typeof(LearningRuleMulticlassCatalog).Assembly.GetExportedTypes().Where(t => t.Namespace == "Microsoft.ML").SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Static)).Select(m => m.Name).Distinct()];
        Assert.Empty(called.Except(methods));
        Type[] complete = [typeof(LearningRuleMulticlassCatalog), typeof(RecurrentCatalog), typeof(UnsupervisedCatalog)];
        Assert.Empty(complete.SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Static)).Select(m => m.Name).Except([.. called, nameof(LearningRuleMulticlassCatalog.LearningRule), nameof(RecurrentCatalog.OnlineRecurrent), nameof(UnsupervisedCatalog.CreateClassifier)]));
    }

    [Theory]
    [MemberData(nameof(LearningRuleNames))]
    public void Row_says_which_networks_and_tasks_the_rule_can_be_used_for(string name)
    {
        RuleRow row = RuleTable.Find(name)!;
        LearningRule rule = row.CreateRule();
        OutputHead head = rule.PreferredHead ?? OutputHead.SoftmaxCrossEntropy;
        Activation activation = rule.PreferredActivation ?? Activation.Tanh;
        Assert.Equal(row.Networks.HasFlag(RuleNetworks.Dense), Takes(rule, NetworkSpec.Perceptron(36, [5], 3, activation, head)));
        Assert.Equal(row.Networks.HasFlag(RuleNetworks.Convolutions), Takes(rule, new NetworkSpec(new(1, 6, 6), [new Convolution2D(2, 3, 2) { Activation = activation }, new Dense(3)], head)));
        Assert.Equal(row.Networks.HasFlag(RuleNetworks.Pooling), Takes(rule, new NetworkSpec(new(1, 6, 6), [new Convolution2D(2, 3) { Activation = activation }, new MaxPooling2D(2), new Dense(3)], head)));
        Assert.Equal(row.Networks.HasFlag(RuleNetworks.Residual), Takes(rule, new NetworkSpec(new(1, 6, 6), [new Convolution2D(1, 3, 1, 1, Activation.Linear), new BatchNormalization(activation) { Adds = ["input"] }, new Dropout(0.1), new Dense(3)], head)));
        Assert.Equal(
            row.Tasks.HasFlag(RuleTasks.Regression),
            Takes(rule, NetworkSpec.Perceptron(36, [5], 1, activation, OutputHead.LinearSquaredError)));
        Assert.True(row.Tasks.HasFlag(RuleTasks.Multiclass | RuleTasks.Binary));
    }

    [Fact]
    public void Printed_catalogs_are_what_the_table_prints()
    {
        var printed = CatalogPrinter.Print(RuleTable.Rows).ToArray();
        Assert.Equal(3, printed.Length);
        Assert.All(printed, p => Assert.True(
            p.Text == File.ReadAllText(RepositoryFiles.Find($"src/BioLearn.ML/Catalogs/{p.File}")), $"{p.File} is not what the table prints: dotnet run --project eng/Catalogs"));
    }

    [Fact]
    public void Docs_say_which_networks_a_rule_trains_as_the_table_does()
    {
        string page = File.ReadAllText(RepositoryFiles.Find(DocsPrinter.Page));
        Assert.True(page == DocsPrinter.Print(page, RuleTable.Rows), $"{DocsPrinter.Page} is not what the table prints: dotnet run --project eng/Catalogs");
        Assert.All(RuleTable.Rows.Where(row => row.IsLearningRule), row => Assert.Contains($"`{row.Name}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Docs_mention_every_rule_on_its_page()
    {
        Assert.All(RuleTable.Rows, row =>
        {
            string page = File.ReadAllText(RepositoryFiles.Find(row.Page));
            // What a program writes to choose the rule: the kind or class that its call names, or the method.
            string called = Chosen.Select(pattern => Regex.Match(row.Call, pattern)).First(m => m.Success).Groups[1].Value;
            Assert.True(Regex.IsMatch(page, $@"\b{called}\b"), $"{row.Page} says nothing of {called}");
        });
    }

    private static bool Takes(LearningRule rule, NetworkSpec network)
    {
        try
        {
            using Network<float> made = new(network, rule, Initializer.GlorotUniform, seed: 1);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
