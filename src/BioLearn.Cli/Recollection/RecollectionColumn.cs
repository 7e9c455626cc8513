using System.Globalization;
using BioLearn.Cli.Terminal;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;

namespace BioLearn.Cli.Recollection;

/// <summary>One kind of recollection that every picture gets: a cue and a variant.</summary>
/// <param name="Id">Part of the file names, unique in a run.</param>
/// <param name="Title">For people: the cue.</param>
/// <param name="Cue">What starts it.</param>
/// <param name="Variant">Name of the variant.</param>
/// <param name="Options">What the variant means, with the display that suits the cue.</param>
internal sealed record RecollectionColumn(string Id, string Title, Cue Cue, string Variant, RecollectionOptions Options)
{
    /// <summary>Every cue and level with every variant.</summary>
    /// <exception cref="UsageException">A name is not known, or the model has no such level.</exception>
    public static IReadOnlyList<RecollectionColumn> Create(RecollectSettings settings, CnnModel model, IReadOnlyList<string> classes)
    {
        var cues = Cues(settings, model, classes);
        var columns = new List<RecollectionColumn>();
        string[] variants = settings.Variants is [] ? [Recollection.Variant.Known[0].Name] : settings.Variants;
        foreach (var variant in variants.Select(Recollection.Variant.Parse))
        {
            if (variant.Cue is { } own)
                columns.Add(Create(own, variant, settings.Seed, model, classes));
            else
                columns.AddRange(cues.Select(cue => Create(cue, variant, settings.Seed, model, classes)));
        }
        if (columns.GroupBy(column => column.Id).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new UsageException($"'{twice.Key}' is asked for twice: every cue and variant once");
        return columns;
    }

    private static List<Cue> Cues(RecollectSettings settings, CnnModel model, IReadOnlyList<string> classes)
    {
        var cues = settings.Cues.Select(name => CueName.Parse(name, classes)).ToList();
        var levels = settings.Levels is ["all"]
            ? model.Levels.Skip(1).SkipLast(1).Select(level => level.Name)
            : settings.Levels;
        cues.AddRange(levels.Select(name => Stored(model, CueName.Level(name, "--level"), settings)));
        if (cues.Count == 0)
            cues.Add(Cue.PredictedClass);
        return cues;
    }

    private static Cue Stored(CnnModel model, LevelReference level, RecollectSettings settings)
    {
        Find(model, level);
        return settings.Sparse is { } percent ? Cue.SparseStored(level, percent, settings.SparsePerChannel) : Cue.Stored(level);
    }

    private static RecollectionColumn Create(Cue cue, Variant variant, int seed, CnnModel model, IReadOnlyList<string> classes)
    {
        var display = cue is LevelCue ? DisplayMode.MinMax : DisplayMode.Normalize;
        var options = variant.Options with { Seed = seed, Display = variant.NamesDisplay ? variant.Options.Display : display };
        var id = Clean(variant.Cue is null ? $"{Token(cue)}_{variant.Name}" : Path.GetFileNameWithoutExtension(variant.Name));
        return new(id, TitleOf(cue, model, classes), cue, variant.Name, options);
    }

    private static string TitleOf(Cue cue, CnnModel model, IReadOnlyList<string> classes) => cue switch
    {
        PredictedClassCue => "predicted class",
        OutputLayerCue => "output layer",
        ZeroCue => "constant vector",
        RandomVectorCue => "random vector",
        UnitsCue { Weights: [(var unit, 1f)] } => unit < classes.Count ? $"class {classes[unit]}" : $"class {unit}",
        StoredCue { Sparsity: { } sparsity } stored => string.Create(CultureInfo.InvariantCulture, $"{LevelTitle(model, stored.Level)}, top {sparsity.Percent} %"),
        StoredCue stored => LevelTitle(model, stored.Level),
        NoiseCue noise => $"noise at {LevelTitle(model, noise.Level)}",
        _ => cue.ToString(),
    };

    private static string LevelTitle(CnnModel model, LevelReference level)
    {
        var found = Find(model, level);
        return $"{found.Name} {found.Shape}";
    }

    private static Onnx.Graph.TraceLevel Find(CnnModel model, LevelReference level)
    {
        try
        {
            return model.Level(level.Name ?? $"S{level.Number}");
        }
        catch (ArgumentException)
        {
            throw new UsageException($"level {level}: the network has S1 to S{model.Levels.Count - 2}; biolearn models info lists them with their tensors");
        }
    }

    private static string Token(Cue cue) => cue is StoredCue { Sparsity: { } sparsity } sparse
        ? string.Create(CultureInfo.InvariantCulture, $"{sparse with { Sparsity = null }}_top{sparsity.Percent}{(sparsity.PerChannel ? "_per_channel" : "")}")
        : cue.ToString();

    private static string Clean(string name) => string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' ? letter : '-'));
}
