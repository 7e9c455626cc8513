using Microsoft.AspNetCore.Components;

namespace BioLearn.Studio.Gallery;

/// <summary>A part of the page whose views can be put into a gallery: it makes of a link what can be looked at without a server. Added to the services by its room.</summary>
internal interface IGalleryView
{
    /// <summary>The part's path, such as <c>recollect</c>: its links begin with it.</summary>
    string Page { get; }

    /// <summary>Links that tell the part's story, for a gallery of which nothing else is said.</summary>
    IReadOnlyList<string> Story();

    /// <summary>Makes a view.</summary>
    /// <param name="query">What stands in the link behind the path, with its question mark; may be empty.</param>
    /// <param name="pictures">Keeps its pictures.</param>
    /// <param name="cancellation">Gives it up.</param>
    /// <exception cref="ViewException">The view cannot be made.</exception>
    Task<GalleryPart> MakeAsync(string query, GalleryPictures pictures, CancellationToken cancellation);
}

/// <summary>A view in a gallery.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Words">What it is there to show.</param>
/// <param name="Content">Markup without anything that would need a server.</param>
/// <param name="Styles">Names of the style sheets of the page that the markup needs, besides <c>studio.css</c>.</param>
internal sealed record GalleryPart(string Title, string Words, RenderFragment Content, params IReadOnlyList<string> Styles);

/// <summary>A view that cannot be made.</summary>
internal sealed class ViewException(string message, Exception? inner = null) : Exception(message, inner);
