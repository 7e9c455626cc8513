using System.Net;
using Microsoft.AspNetCore.Http;

namespace BioLearn.Studio;

/// <summary>
/// Answers only pages that were opened here. Another site's script may make a browser send requests, or open a socket, to this machine: those come with that
/// site's origin, or, where a name was bent to this machine's address, with that name as the host.
/// </summary>
internal sealed class OwnVisitors(RequestDelegate next, StudioOptions options)
{
    private const string Policy = "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; base-uri 'self'; form-action 'self'";

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!IsOurName(request.Host.Host) || (request.Headers.Origin.ToString() is { Length: > 0 } origin && !IsOurOrigin(origin, request.Host)))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return context.Response.WriteAsync("This page answers only where it was opened.");
        }
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        return next(context);
    }

    // Who binds to more than this machine chooses the names that lead to it; an address in digits cannot be bent.
    private bool IsOurName(string host) => host is "localhost" || IPAddress.TryParse(host.Trim('[', ']'), out _)
        || (!IPAddress.IsLoopback(options.Address) && host.Equals(Dns.GetHostName(), StringComparison.OrdinalIgnoreCase));

    private static bool IsOurOrigin(string origin, HostString host) => Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority.Equals(host.Value, StringComparison.OrdinalIgnoreCase);
}
