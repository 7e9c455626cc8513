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

    [Fact]
    public void Every_component_has_a_saved_model() => Assert.Empty(SavedModel.Missing(typeof(NetworkModelParameters).Assembly));

    /// <summary>Runs in the child process.</summary>
    internal static void Score()
    {
        string[] differences = [.. SavedModel.All.SelectMany(model => model.Differences())];
        Console.Write(differences.Length == 0 ? $"{SavedModel.All.Count} models" : string.Join('\n', differences));
    }
}
