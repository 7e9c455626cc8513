using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;

namespace BioLearn.Cli.Recollection;

/// <summary>
/// What is recollected where the command line names neither cue, level nor variant: few pictures side by side that show what each owes to what.
/// The words beside them are put under the pictures of the page.
/// </summary>
internal static class StoryColumns
{
    private const double Share = 5; // percent of a level's units

    public static IEnumerable<(Cue Cue, string Variant, string Note)> For(CnnModel model)
    {
        var first = First(model);
        var draws = model.HasMaxPools ? "the max-pools' recorded places draw the contours" : model.HasGates ? "what the gates let through draws the contours" : "nothing but the weights draws here";
        if (model.EndsBefore is null)
        {
            var what = model.HasMapOutput ? "all of the output" : model.HasFeatures ? "one feature" : "one class unit";
            yield return (first, "minmax_local", $"{what} sent back: {draws}");
            if (model.HasMaxPools)
                yield return (first, "random_switches", "the same, with the places at random: what is gone came from them, not from the cue");
            else if (model.HasGates)
                yield return (first, "gate_identity", "the same, with every gate open: what is gone came from the gates, not from the cue");
        }
        else
            yield return (first, "linear", "the last tensor that can be read, sent back");
        if (model.LevelWithoutSwitches is { } level)
        {
            yield return (Cue.SparseStored(level.Index, Share), model.HasGates ? "Unnorm_gate_identity" : "linear", model.HasGates
                ? $"a few units of {level.Name}, all gates open{(model.HasMaxPools ? ", no recorded places below" : "")}: what these units know, through the weights"
                : model.HasMaxPools
                ? $"a few units of {level.Name}, no recorded places below: what these units know, through the weights"
                : $"a few units of {level.Name}: what they know, through the weights");
        }
        yield return (first, "guided", "guided backpropagation: fine contours, hardly any of them the cue's");
    }

    /// <summary>The cue that suits a network of which nothing else is said: its class; all of an output that is a map; the last tensor that can be read.</summary>
    public static Cue First(CnnModel model) =>
        model.EndsBefore is not null ? Cue.Stored(new LevelReference(model.Levels[0].TensorName)) : model.HasMapOutput ? Cue.OutputLayer : Cue.PredictedClass;

    /// <summary>Why it is not the class, or null.</summary>
    public static string? WhyNotTheClass(CnnModel model) =>
        model.EndsBefore is { } reason ? $"the network can be read up to {model.Levels[0].TensorName} only, so that the cue is what it holds: {reason}"
        : model.HasMapOutput ? $"its output is {model.Levels[0].Shape} values, not one a class: the cue is the whole of it (-c class:N asks for one unit)"
        : null;
}
