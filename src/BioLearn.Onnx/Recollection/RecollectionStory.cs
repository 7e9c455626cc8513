using BioLearn.Onnx.Models;

namespace BioLearn.Onnx.Recollection;

/// <summary>One recollection of a <see cref="RecollectionStory"/>.</summary>
/// <param name="Cue">What starts it.</param>
/// <param name="Variant">The variant, as <see cref="RecollectionVariant.Parse"/> reads it.</param>
/// <param name="Note">What it is there to show, in a few words.</param>
public sealed record StoryPart(Cue Cue, string Variant, string Note);

/// <summary>What to look at where nothing else is said: few recollections side by side that show what each owes to what.</summary>
public static class RecollectionStory
{
    private const double Share = 5; // percent of a level's units

    /// <summary>The recollections that tell the story of a network.</summary>
    /// <param name="model">The network.</param>
    public static IReadOnlyList<StoryPart> For(CnnModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return [.. Parts(model)];
    }

    private static IEnumerable<StoryPart> Parts(CnnModel model)
    {
        var first = FirstCue(model);
        var draws = model.HasMaxPools ? "the max-pools' recorded places draw the contours" : model.HasGates ? "what the gates let through draws the contours" : "nothing but the weights draws here";
        if (model.EndsBefore is null)
        {
            var what = model.HasMapOutput ? "all of the output" : model.HasFeatures ? "one feature" : "one class unit";
            yield return new(first, "minmax_local", $"{what} sent back: {draws}");
            if (model.HasMaxPools)
                yield return new(first, "random_switches", "the same, with the places at random: what is gone came from them, not from the cue");
            else if (model.HasGates)
                yield return new(first, "gate_identity", "the same, with every gate open: what is gone came from the gates, not from the cue");
        }
        else
            yield return new(first, "linear", "the last tensor that can be read, sent back");
        if (model.LevelWithoutSwitches is { } level)
        {
            yield return new(Cue.SparseStored(level.Index, Share), model.HasGates ? "Unnorm_gate_identity" : "linear", model.HasGates
                ? $"a few units of {level.Name}, all gates open{(model.HasMaxPools ? ", no recorded places below" : "")}: what these units know, through the weights"
                : model.HasMaxPools
                ? $"a few units of {level.Name}, no recorded places below: what these units know, through the weights"
                : $"a few units of {level.Name}: what they know, through the weights");
        }
        yield return new(first, "guided", "guided backpropagation: fine contours, hardly any of them the cue's");
    }

    /// <summary>The cue that suits a network of which nothing else is said: its class; all of an output that is a map; the last tensor that can be read.</summary>
    /// <param name="model">The network.</param>
    public static Cue FirstCue(CnnModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.EndsBefore is not null ? Cue.Stored(new LevelReference(model.Levels[0].TensorName)) : model.HasMapOutput ? Cue.OutputLayer : Cue.PredictedClass;
    }

    /// <summary>Why <see cref="FirstCue"/> is not the class, or null.</summary>
    /// <param name="model">The network.</param>
    public static string? WhyNotTheClass(CnnModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.EndsBefore is { } reason ? $"the network can be read up to {model.Levels[0].TensorName} only, so that the cue is what it holds: {reason}"
            : model.HasMapOutput ? $"its output is {model.Levels[0].Shape} values, not one a class: the cue is the whole of it (class:N asks for one unit)"
            : null;
    }
}
