using System.Text.Json;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Tests.SavedModels;

/// <summary>Models that earlier versions saved load for ever, and score what they scored.</summary>
public class SavedModelTests
{
    public static TheoryData<string> Models => SavedModel.Names();

    [Theory]
    [MemberData(nameof(Models))]
    public void Saved_model_scores_as_it_did(string name) => Assert.Empty(SavedModel.Named(name).Differences());

    [Fact]
    public void Saved_models_score_as_they_did_in_a_fresh_process()
    {
        Assert.True(SavedModel.All.Count >= 90);
        Assert.Equal($"{SavedModel.All.Count} models", ChildProcess.Run("score-saved-models"));
    }

    public static TheoryData<string> RulesOfVersion01 => [.. SavedModel.All.Where(m => m.Name.StartsWith("v0.1/", StringComparison.Ordinal) && m.Rule is not null).Select(m => m.Name)];

    [Theory]
    [MemberData(nameof(RulesOfVersion01))]
    public void Hyper_parameters_of_a_rule_saved_by_its_type_are_read(string name)
    {
        JsonElement saved = SavedModel.Named(name).Rule!.Value, options = saved.GetProperty("options");
        LearningRule? rule = RuleSerializer.Read(RuleSerializer.FromUnversioned(saved.GetProperty("key").GetString()!, options.GetRawText()));
        Assert.Equal(name.Contains("unknown", StringComparison.Ordinal), rule is null);
        if (rule is null)
            return;
        using JsonDocument read = JsonDocument.Parse(OptionsJson.Text(rule));
        Assert.All(options.EnumerateObject(), option =>
            Assert.True(JsonElement.DeepEquals(option.Value, read.RootElement.GetProperty(option.Name)), $"{option.Name} is {read.RootElement.GetProperty(option.Name)}, expected {option.Value}"));
    }

    [Fact]
    public void Every_component_loads_and_saves_where_the_reflection_of_JsonSerializer_is_off() =>
        Assert.Equal($"{SavedModel.All.Count} models", ChildProcess.Run("save-without-json-reflection"));

    [Fact]
    public void Every_component_has_a_saved_model() => Assert.Empty(SavedModel.Missing(typeof(NetworkModelParameters).Assembly));

    /// <summary>Runs in the child process.</summary>
    internal static void Score()
    {
        string[] differences = [.. SavedModel.All.SelectMany(model => model.Differences())];
        Console.Write(differences.Length == 0 ? $"{SavedModel.All.Count} models" : string.Join('\n', differences));
    }
}
