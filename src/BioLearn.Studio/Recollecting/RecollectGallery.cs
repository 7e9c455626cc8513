using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Images;
using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Reversal;
using BioLearn.Studio.Gallery;
using BioLearn.Studio.Pictures;

namespace BioLearn.Studio.Recollecting;

/// <summary>Recollections in a gallery: with their controls, and, where the cue stands at a level, with every level, so that the slider goes on moving.</summary>
internal sealed class RecollectGallery(RecollectRoom room, PictureShelf shelf) : IGalleryView
{
    private const string StoryNetwork = "alexnet", StoryWithoutPools = "convpool";

    private static readonly string[] StoryPictures = ["chelsea.png", "astronaut.png", "coffee.png"];

    public string Page => RecollectLink.Path;

    public IReadOnlyList<string> Story()
    {
        string[] pictures = [.. StoryPictures.Where(shelf.Names.Contains)];
        if (pictures.Length == 0)
            pictures = [.. shelf.Names.Take(StoryPictures.Length)];
        return
        [
            .. pictures.Select(picture => Link(picture, new(StoryNetwork, new()), new(StoryNetwork, new(), "random_switches"))),
            .. pictures.Take(1).Select(picture => Link(picture, new(StoryNetwork, CueChoice.Parse("source10_top5")), new(StoryNetwork, new(), "guided"))),
            .. pictures.Take(1).Select(picture => Link(picture, new(StoryNetwork, CueChoice.Parse("S7")), null)),
            .. pictures.Take(1).Select(picture => Link(picture, new(StoryWithoutPools, CueChoice.Parse("source9_top5")), null)),
        ];

        static string Link(string picture, RecollectSetting one, RecollectSetting? another) => new RecollectLink(picture, null, one, another).ToString();
    }

    public Task<GalleryPart> MakeAsync(string query, GalleryPictures pictures, CancellationToken cancellation)
    {
        try
        {
            var link = RecollectLink.Parse(query);
            if (link is not { Picture: { } key, First: { } first })
                throw new ViewException("names no picture and no network; expected a link that the page gives: \"Copy the link to this view\"");
            var picture = shelf.Find(key, link.File) ?? throw new ViewException($"is of {link.File ?? key}, which is not in the folder of pictures");
            RecollectSetting[] settings = link.Second is { } second ? [first, second] : [first];
            RecollectGalleryWay[] ways = [.. settings.Select(setting => Way(picture, setting, pictures, cancellation))];
            string title = $"{Path.GetFileNameWithoutExtension(picture.Name)}: {Beside(ways.Select(way => way.Phrase))} ({Beside(settings.Select(setting => setting.Network))}; {Beside(settings.Select(setting => setting.VariantName))})";
            return Task.FromResult(new GalleryPart(title, ways is [var only] ? only.Words : "Two ways back side by side.", builder =>
            {
                builder.OpenComponent<RecollectGalleryPart>(0);
                builder.AddComponentParameter(1, nameof(RecollectGalleryPart.Ways), ways);
                builder.AddComponentParameter(2, nameof(RecollectGalleryPart.PictureName), picture.Name);
                builder.CloseComponent();
            }, "recollect.css"));
        }
        catch (Exception problem) when (problem is ReversalException or OnnxModelException or InvalidImageException or ArgumentException or FormatException or InvalidDataException)
        {
            throw new ViewException(problem.Message, problem);
        }
    }

    private static string Beside(IEnumerable<string> names) => string.Join(" beside ", names.Distinct());

    private RecollectGalleryWay Way(ShownPicture picture, RecollectSetting setting, GalleryPictures pictures, CancellationToken cancellation)
    {
        var facts = room.Facts(setting.Network);
        _ = room.Draw(picture, setting, cancellation); // what the network does not have is told, and not put right
        bool hasLevels = setting.Cue is { IsAtOutput: false, Kind: not (CueKind.Channel or CueKind.Unit), Level: > 0 };
        int[] levels = hasLevels ? [.. Enumerable.Range(1, facts.Levels.Count - 1).Reverse()] : [setting.Cue.Level];
        List<RecollectGalleryLevel> drawn = [];
        foreach (int level in levels)
        {
            cancellation.ThrowIfCancellationRequested();
            var here = setting with { Cue = setting.Cue with { Level = level } };
            var shown = room.Draw(picture, here, cancellation);
            drawn.Add(new(level, hasLevels ? facts.Levels[level].Words : "", shown, room.Question(picture, here, shown, cancellation), pictures.Keep(shown.Image), pictures.Keep(shown.Original),
                RecollectWords.Phrase(here.Cue, facts), Recipe.Of(picture, here).CommandLine));
        }
        var known = RecollectionVariant.Known.FirstOrDefault(known => known.Name == setting.VariantName);
        string phrase = RecollectWords.Phrase(setting.Cue, facts);
        return new(phrase, $"From {phrase}: {setting.VariantName}",
            $"{RecollectWords.Meaning(setting.Cue.Kind)} {(known is null ? "" : $"Way back: {known.Meaning}.")}".Trim(), drawn, setting.Cue.Level);
    }
}

/// <summary>One way back in a gallery.</summary>
/// <param name="Phrase">What was drawn from.</param>
/// <param name="Title">What was drawn from, and how.</param>
/// <param name="Words">What that means.</param>
/// <param name="Levels">What was drawn, the level nearest to the picture first; one where there is no slider.</param>
/// <param name="Level">The level that is seen at first.</param>
public sealed record RecollectGalleryWay(string Phrase, string Title, string Words, IReadOnlyList<RecollectGalleryLevel> Levels, int Level);

/// <summary>What one level drew.</summary>
public sealed record RecollectGalleryLevel(int Level, string Words, Recollected Shown, Questioned Found, string ImageUrl, string OriginalUrl, string Phrase, string CommandLine);
