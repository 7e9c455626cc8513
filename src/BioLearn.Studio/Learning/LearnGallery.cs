using System.Globalization;
using BioLearn.Studio.Gallery;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace BioLearn.Studio.Learning;

/// <summary>Two rules side by side in a gallery, as they are after a training of some length.</summary>
internal sealed class LearnGallery : IGalleryView
{
    private const int Looks = 40, StepsALook = 20;

    public string Page => "learn";

    /// <summary>Adds what the page needs to the services.</summary>
    public static void AddTo(IServiceCollection services) => services.AddSingleton<IGalleryView, LearnGallery>();

    public IReadOnlyList<string> Story() =>
        [$"{Page}{new LearnChoice().Query}", $"{Page}{LearnChoice.Of("backpropagation", "predictive-coding", "rings", 2, 32).Query}"];

    public Task<GalleryPart> MakeAsync(string query, GalleryPictures pictures, CancellationToken cancellation)
    {
        var said = QueryHelpers.ParseQuery(query);
        var choice = LearnChoice.Of(Word("left"), Word("right"), Word("data"), Number("depth"), Number("width"));
        if (Word("data") is { } data && data != choice.Data)
            throw new ViewException($"learns from '{data}', which is not at hand; expected {string.Join(", ", LearnData.Known.Select(known => known.Name))}");
        try
        {
            var rows = LearnData.Find(choice.Data);
            using SideBySide sides = new(rows, choice.Hidden, LearnChoice.Seed, choice.Rules[0], choice.Rules[1]);
            sides.Advance(0, cancellation);
            for (int look = 0; look < Looks; look++)
                sides.Advance(StepsALook, cancellation);
            LearnerView[] views = [.. sides.Views.OfType<LearnerView>()];
            string title = $"{choice.Rules[0].Title} beside {choice.Rules[1].Title}: {LearnData.Known.First(known => known.Name == choice.Data).Title.ToLowerInvariant()}";
            string words = string.Create(CultureInfo.InvariantCulture, $"The same network of {choice.Depth} hidden layers of {choice.Width} units, from the same start, after {Looks * StepsALook} steps on the same rows; seed {LearnChoice.Seed}.");
            return Task.FromResult(new GalleryPart(title, words, builder =>
            {
                builder.OpenComponent<LearnGalleryPart>(0);
                builder.AddComponentParameter(1, nameof(LearnGalleryPart.Views), views);
                builder.AddComponentParameter(2, nameof(LearnGalleryPart.IsPlane), rows.IsPlane);
                builder.AddComponentParameter(3, nameof(LearnGalleryPart.Command), choice.Command);
                builder.CloseComponent();
            }, "learn.css"));
        }
        catch (Exception problem) when (problem is ArgumentException or IOException or InvalidDataException or InvalidOperationException)
        {
            throw new ViewException(problem.Message, problem);
        }

        string? Word(string name) => said.TryGetValue(name, out var value) ? value.ToString() : null;
        int? Number(string name) => int.TryParse(Word(name), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
    }
}
