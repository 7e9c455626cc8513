using System.Text;
using BioLearn.ML.Hosting;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;

namespace BioLearn.Studio.Gallery;

/// <summary>Writes views of the page into a folder that opens in any browser, without a server and without a network: for a paper's supplement, or a talk.</summary>
public sealed class GalleryExport : IAsyncDisposable
{
    /// <summary>The file to open.</summary>
    public const string IndexFile = "index.html";

    private const string StyleFile = "gallery.css", ScriptFile = "gallery.js";

    private readonly ServiceProvider _services;
    private readonly Dictionary<string, IGalleryView> _views;

    /// <summary>Reads what there is to show.</summary>
    /// <param name="options">Where the pictures are that links name; null for the bundled ones.</param>
    public GalleryExport(StudioOptions? options = null)
    {
        ServiceCollection services = new();
        services.AddLogging();
        StudioServer.AddParts(services, (options ?? new()).Checked());
        _services = services.BuildServiceProvider();
        _views = _services.GetServices<IGalleryView>().ToDictionary(view => view.Page, StringComparer.Ordinal);
    }

    /// <summary>Links that tell the story of the page on the pictures at hand.</summary>
    public IReadOnlyList<string> Story() => [.. _views.Values.SelectMany(view => view.Story())];

    /// <summary>Makes the views and writes the gallery. A view that cannot be made is left out.</summary>
    /// <param name="folder">Where it goes; it must be there.</param>
    /// <param name="links">Links as the page gives them, with or without the server's address.</param>
    /// <param name="made">Told of each view: its link, and why it is left out, or null.</param>
    /// <param name="cancellation">Gives it up; a gallery that stood there before stays.</param>
    /// <returns>Number of views in the gallery; with none nothing is written.</returns>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public async Task<int> WriteAsync(string folder, IReadOnlyList<string> links, Action<string, string?>? made = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(links);
        GalleryPictures pictures = new(folder);
        List<GalleryPart> parts = [];
        foreach (string link in links)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                var (view, query) = Find(link);
                parts.Add(await Task.Run(() => view.MakeAsync(query, pictures, cancellation), cancellation));
                made?.Invoke(link, null);
            }
            catch (ViewException problem)
            {
                made?.Invoke(link, problem.Message);
            }
        }
        if (parts.Count == 0)
            return 0;
        string page = await RenderAsync(parts);
        cancellation.ThrowIfCancellationRequested();
        pictures.Write();
        SafeFile.WriteText(Path.Combine(folder, StyleFile), Style(parts));
        SafeFile.WriteText(Path.Combine(folder, ScriptFile), Joined("divider.js", ScriptFile));
        SafeFile.WriteText(Path.Combine(folder, IndexFile), page);
        pictures.Tidy();
        return parts.Count;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private (IGalleryView, string) Find(string link)
    {
        string path = Uri.TryCreate(link, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address.PathAndQuery : link;
        string[] parts = path.TrimStart('/').Split('?', 2);
        return _views.TryGetValue(parts[0], out var view)
            ? (view, parts.Length > 1 ? $"?{parts[1].Split('#')[0]}" : "")
            : throw new ViewException($"is no view that can be kept; expected a link that the page gives, which begins with {string.Join(" or ", _views.Keys.Select(page => $"{page}?"))}");
    }

    private async Task<string> RenderAsync(IReadOnlyList<GalleryPart> parts)
    {
        await using HtmlRenderer renderer = new(_services, _services.GetRequiredService<Microsoft.Extensions.Logging.ILoggerFactory>());
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<GalleryPage>(ParameterView.FromDictionary(new Dictionary<string, object?> { [nameof(GalleryPage.Views)] = parts }))).ToHtmlString());
    }

    // Two parts of the page may call different things by one name: each sheet is for views of its own part.
    private static string Style(IEnumerable<GalleryPart> parts)
    {
        var own = parts.SelectMany(part => part.Styles).Distinct().Select(sheet => $".{GalleryPage.ClassOf(sheet)} {{\n{Joined(sheet)}\n}}");
        return string.Join('\n', [Joined("studio.css"), .. own, Joined(StyleFile)]);
    }

    private static string Joined(params IEnumerable<string> files) => string.Join('\n', files.Select(file => Encoding.UTF8.GetString(EmbeddedFiles.Bytes(file).Span)));
}
