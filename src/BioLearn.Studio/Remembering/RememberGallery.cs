using System.Globalization;
using BioLearn.Studio.Gallery;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace BioLearn.Studio.Remembering;

/// <summary>A recollection of a memory in a gallery: its steps under a slider.</summary>
internal sealed class RememberGallery : IGalleryView
{
    private const int MostSteps = 40;

    public string Page => "remember";

    public static void AddTo(IServiceCollection services) => services.AddSingleton<IGalleryView, RememberGallery>();

    public IReadOnlyList<string> Story()
    {
        string patterns = string.Join('-', ReadyPatterns.First.Select(Squares.Digits));
        return [$"{Page}?kind=hebb&patterns={patterns}&ask=1&flip=20", $"{Page}?kind=plastic&patterns={patterns}&ask=1&hide=60"];
    }

    public Task<GalleryPart> MakeAsync(string query, GalleryPictures pictures, CancellationToken cancellation)
    {
        var values = QueryHelpers.ParseQuery(query);
        if (Text("kind") is { } asked && MemoryKind.Find(asked) is null)
            throw new ViewException($"is of the memory \"{asked}\"; expected one of {string.Join(", ", MemoryKind.All.Select(kind => kind.Key))}");
        MemoryBench bench = new();
        bench.Open(RememberLink.Parse(Text("kind"), Text("patterns"), Number("ask"), Number("hide"), Number("flip"), Number("draw"), Text("cue")));
        if (bench.Patterns.Count == 0)
            throw new ViewException("stores no pattern; expected a link that the page gives, with patterns=DIGITS");
        var frames = bench.Recall(cancellation);
        int last = frames.Count - 1, shown = Math.Min(last, MostSteps);
        RememberGalleryStep[] steps = [.. Enumerable.Range(0, shown + 1).Select(i => shown == 0 ? 0 : (int)((long)i * last / shown)).Select(step => new RememberGalleryStep(
            step, frames[step], step == last ? $"At rest after {step} steps. {bench.Verdict(frames[step])}" : $"Step {step} of {last}: {bench.Wrong(frames[step])} of {Squares.Count} squares are not as they were stored."))];
        string name = ReadyPatterns.NameOf(bench.Patterns[bench.Asked]);
        string title = $"{bench.Kind.Title}: {name}, {(bench.HasOwnDamage ? $"{bench.Damaged} squares" : $"{bench.Damage} %")} {(bench.Flips ? "flipped" : "hidden")}";
        return Task.FromResult(new GalleryPart(title, bench.Kind.Explains, builder =>
        {
            builder.OpenComponent<RememberGalleryPart>(0);
            builder.AddComponentParameter(1, nameof(RememberGalleryPart.Patterns), bench.Patterns);
            builder.AddComponentParameter(2, nameof(RememberGalleryPart.Asked), bench.Patterns[bench.Asked]);
            builder.AddComponentParameter(3, nameof(RememberGalleryPart.Frames), frames);
            builder.AddComponentParameter(4, nameof(RememberGalleryPart.Steps), steps);
            builder.AddComponentParameter(5, nameof(RememberGalleryPart.CommandLines), RememberKit.CommandLines(bench));
            builder.CloseComponent();
        }, "remember.css"));

        string? Text(string name) => values.TryGetValue(name, out var value) ? value.ToString() : null;

        int? Number(string name) => int.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
    }
}

/// <summary>A moment of a recollection in a gallery.</summary>
/// <param name="Step">Its number; 0 is what the memory is shown.</param>
/// <param name="Frame">The moment.</param>
/// <param name="Words">What became of it so far.</param>
public sealed record RememberGalleryStep(int Step, Frame Frame, string Words);
