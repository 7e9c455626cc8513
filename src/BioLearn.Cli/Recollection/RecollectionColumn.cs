using System.Security.Cryptography;
using System.Text;
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
/// <param name="Note">What it is there to show, or null.</param>
internal sealed record RecollectionColumn(string Id, string Title, Cue Cue, string Variant, RecollectionOptions Options, string? Note = null)
{
    /// <summary>Every cue and level with every variant.</summary>
    /// <exception cref="UsageException">A name is not known, or the model has no such level.</exception>
    public static IReadOnlyList<RecollectionColumn> Create(RecollectSettings settings, CnnModel model, IReadOnlyList<string> classes)
    {
        if (settings is { Cues: [], Levels: [], Variants: [] })
            return [.. RecollectionStory.For(model).Select(part => Create(part.Cue, RecollectionVariant.Parse(part.Variant), settings.Seed, model) with { Note = part.Note })];
        var cues = Cues(settings, model, classes);
        var columns = new List<RecollectionColumn>();
        string[] variants = settings.Variants is [] ? [RecollectionVariant.Known[0].Name] : settings.Variants;
        foreach (var variant in variants.Select(name => Read("--variant", name, () => RecollectionVariant.Parse(name))))
        {
            if (variant.Cue is { } own)
                columns.Add(Create(own, variant, settings.Seed, model));
            else
                columns.AddRange(cues.Select(cue => Create(cue, variant, settings.Seed, model)));
        }
        if (columns.GroupBy(column => column.Id).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new UsageException($"'{twice.Key}' is asked for twice: every cue and variant once");
        return columns;
    }

    private static List<Cue> Cues(RecollectSettings settings, CnnModel model, IReadOnlyList<string> classes)
    {
        var cues = settings.Cues.Select(name => Read("--cue", name, () => Cue.Parse(name, classes))).ToList();
        var levels = settings.Levels is ["all"]
            ? model.Levels.Skip(1).SkipLast(1).Select(level => level.Name)
            : settings.Levels;
        cues.AddRange(levels.Select(name => Stored(Read("--level", name, () => LevelReference.Parse(name)), settings)));
        if (cues.Count == 0)
            cues.Add(RecollectionStory.FirstCue(model));
        return cues;
    }

    private static Cue Stored(LevelReference level, RecollectSettings settings) =>
        settings.Sparse is { } percent ? Cue.SparseStored(level, percent, settings.SparsePerChannel) : Cue.Stored(level);

    private static RecollectionColumn Create(Cue cue, RecollectionVariant variant, int seed, CnnModel model)
    {
        try
        {
            cue.Check(model);
        }
        catch (ArgumentException problem)
        {
            throw new UsageException($"--cue or --level: {GivenOptions.Plain(problem)}; biolearn models info lists classes and levels");
        }
        var options = variant.Options with { Seed = seed, Display = variant.NamesDisplay ? variant.Options.Display : cue.SuitedDisplay };
        var id = Clean(variant.Cue is null ? $"{cue}_{variant.Name}" : Path.GetFileNameWithoutExtension(variant.Name));
        return new(id, cue.Describe(model), cue, variant.Name, options);
    }

    private static T Read<T>(string option, string text, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FormatException problem)
        {
            throw new UsageException($"{option} {text}: {problem.Message}");
        }
    }

    /// <summary>Letters of an id: long names of variants are cut, and told apart by a digest.</summary>
    public const int MostLetters = 120;

    private static string Clean(string name)
    {
        var clean = string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' ? letter : '-'));
        if (clean.Length <= MostLetters)
            return clean;
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 4));
        return $"{clean[..(MostLetters - digest.Length - 1)]}-{digest}";
    }
}
