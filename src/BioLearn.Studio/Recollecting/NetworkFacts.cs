using System.Globalization;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;

namespace BioLearn.Studio.Recollecting;

/// <summary>What the page's fields must know of a network.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Classes">Names of its classes, or their numbers where it has none.</param>
/// <param name="Levels">Its levels without the picture, the output first.</param>
/// <param name="HasMaxPools">Whether max-pools record places.</param>
/// <param name="FirstCue">The cue that suits it.</param>
/// <param name="WhyNotTheClass">Why that is not the class, or null.</param>
/// <param name="LevelWithoutSwitches">The level nearest to the output below which nothing is recorded, or null.</param>
public sealed record NetworkFacts(
    string Name, IReadOnlyList<string> Classes, IReadOnlyList<LevelFacts> Levels, bool HasMaxPools, CueChoice FirstCue, string? WhyNotTheClass, int? LevelWithoutSwitches)
{
    private const int MostListed = 3000; // of a map's output nobody wants a list

    internal static NetworkFacts Of(string name, CnnModel model)
    {
        CueChoice first = model.EndsBefore is not null ? new() { Kind = CueKind.Stored, Tensor = model.Levels[0].TensorName }
            : RecollectionStory.FirstCue(model) == Cue.OutputLayer ? new() { Kind = CueKind.Output } : new();
        IReadOnlyList<string> classes = model.Card.Classes.Count > 0 || model.EndsBefore is not null || model.Classes > MostListed ? model.Card.Classes
            : [.. Enumerable.Range(0, model.Classes).Select(number => number.ToString(CultureInfo.InvariantCulture))];
        return new(name, classes, [.. model.Levels.SkipLast(1).Select(LevelFacts.Of)], model.HasMaxPools, first, RecollectionStory.WhyNotTheClass(model), model.LevelWithoutSwitches?.Index);
    }

    /// <summary>A cue with its level and its part brought into what this network has.</summary>
    internal CueChoice Fitted(CueChoice cue)
    {
        if (cue.IsAtOutput)
            return FirstCue.IsAtOutput ? cue with { Tensor = null, Class = cue.Class.Length == 0 && Classes.Count > 0 ? Classes[0] : cue.Class } : FirstCue;
        if (Levels.Count < 2)
            return FirstCue;
        if (cue is { Level: 0 })
            return FirstCue.Tensor is not null ? FirstCue : cue with { Kind = CueKind.PredictedClass };
        var level = Levels[Math.Clamp(cue.Level, 1, Levels.Count - 1)];
        return cue with
        {
            Level = level.Index,
            Kind = cue.Kind == CueKind.Unit && level.IsDense ? CueKind.Channel : cue.Kind,
            Channel = Math.Clamp(cue.Channel, 0, level.Channels - 1),
            Row = Math.Clamp(cue.Row, 0, level.Height - 1),
            Column = Math.Clamp(cue.Column, 0, level.Width - 1),
        };
    }
}

/// <summary>A level of a network.</summary>
/// <param name="Index">Counted from the output, which is 0.</param>
/// <param name="Words">What it is, for people.</param>
/// <param name="Channels">Channels, or units of a dense level.</param>
/// <param name="Height">Rows of a channel.</param>
/// <param name="Width">Columns of a channel.</param>
public sealed record LevelFacts(int Index, string Words, int Channels, int Height, int Width)
{
    /// <summary>Whether its channels are single units.</summary>
    public bool IsDense => Height * Width == 1;

    internal static LevelFacts Of(TraceLevel level)
    {
        var shape = level.Shape;
        string size = shape.PlaneSize == 1 ? $"{shape.Channels} units" : $"{shape.Channels} channels of {shape.Height} × {shape.Width}";
        string kind = level.Kind switch
        {
            TraceLevelKind.Output => "output",
            TraceLevelKind.MaxPool => "max-pool",
            TraceLevelKind.AveragePool or TraceLevelKind.GlobalAveragePool => "average pool",
            _ when shape.PlaneSize == 1 => "dense layer",
            _ => "convolution",
        };
        return new(level.Index, $"{level.Name}: {kind}, {size}", shape.Channels, shape.Height, shape.PlaneSize / Math.Max(1, shape.Height));
    }
}
