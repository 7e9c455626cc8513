using BioLearn.Onnx.Images;
using BioLearn.Studio.Gallery;
using BioLearn.Studio.Pictures;
using Microsoft.AspNetCore.WebUtilities;

namespace BioLearn.Studio.Naming;

/// <summary>A lesson in a gallery: each cell with its example and what it recalls, and what they say of the picture that is asked.</summary>
internal sealed class NamingGallery(NamingRoom room, PictureShelf shelf) : IGalleryView
{
    public string Page => "name";

    public IReadOnlyList<string> Story() => room.Clothes.Pages == 0 ? [] : ["name?teach=trouser-1~trouser&teach=ankle-boot-1~boot&teach=bag-1~bag&ask=trouser-5"];

    public Task<GalleryPart> MakeAsync(string query, GalleryPictures pictures, CancellationToken cancellation)
    {
        var values = QueryHelpers.ParseQuery(query);
        var link = LessonLink.Parse(values.GetValueOrDefault("network"), values.GetValueOrDefault("teach").OfType<string>(),
            int.TryParse(values.GetValueOrDefault("fires"), out int fires) ? fires : null, values.GetValueOrDefault("ask"));
        if (link.Taught.Count == 0)
            throw new ViewException("teaches no name; expected a link that the page gives, with teach=PICTURE~NAME");
        try
        {
            var lesson = Lesson.Before(room.Senses(link.Senses ?? SpikingSenses.Name));
            foreach (var (key, name) in link.Taught)
            {
                cancellation.ThrowIfCancellationRequested();
                lesson = lesson.Teach(name, Picture(key));
            }
            ShownPicture? asked = link.Asked is { } question ? Picture(question) : null;
            var answer = asked is null ? null : lesson.Ask(asked, (link.Fires ?? lesson.Senses.UsualFires) / 100.0);
            NamingGalleryCell[] cells = [.. lesson.Names.Select(name => new NamingGalleryCell(name, [.. lesson.Of(name).Select(example => Shown(example.Picture.Image, example.Picture.Name))],
                [.. lesson.Recall(name).Select(recalled => Shown(recalled.Picture, recalled.Caption))]))];
            string title = answer is null ? $"Names: {string.Join(", ", lesson.Names)}" : $"Is it {Words(lesson.Names)}?";
            return Task.FromResult(new GalleryPart(title, "Every name has one cell, which one example has taught. The cell that receives most current from what the network sees gives the name, if it fires.", builder =>
            {
                builder.OpenComponent<NamingGalleryPart>(0);
                builder.AddComponentParameter(1, nameof(NamingGalleryPart.Cells), cells);
                builder.AddComponentParameter(2, nameof(NamingGalleryPart.Answer), answer);
                builder.AddComponentParameter(3, nameof(NamingGalleryPart.Asked), asked is null ? null : Shown(asked.Image, asked.Name));
                builder.AddComponentParameter(4, nameof(NamingGalleryPart.Most), lesson.Own.Max());
                builder.CloseComponent();
            }, "name.css"));
        }
        catch (Exception problem) when (problem is LessonException or KeyNotFoundException or InvalidImageException)
        {
            throw new ViewException(problem.Message, problem);
        }

        ShownPicture Picture(string key) => room.Picture(key) ?? shelf.Find(key) ?? throw new ViewException($"is of {key}, which is not in the folder of pictures");

        NamingGalleryPicture Shown(PixelImage image, string caption) => new(pictures.Keep(image), caption, image.Width < 64);
    }

    private static string Words(IReadOnlyList<string> names) => names.Count == 1 ? names[0] : $"{string.Join(", ", names.SkipLast(1))} or {names[^1]}";
}

/// <summary>A cell in a gallery.</summary>
public sealed record NamingGalleryCell(string Name, IReadOnlyList<NamingGalleryPicture> Examples, IReadOnlyList<NamingGalleryPicture> Recalled);

/// <summary>A picture of a lesson in a gallery.</summary>
public sealed record NamingGalleryPicture(string Url, string Caption, bool IsSmall);
