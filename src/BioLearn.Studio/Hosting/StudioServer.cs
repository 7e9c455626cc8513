using BioLearn.Studio.Layout;
using BioLearn.Studio.Pictures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BioLearn.Studio;

/// <summary>The page, served until it is stopped. Each tab has its own state; what they share are networks that are only read, and the machine.</summary>
public sealed class StudioServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly WorkLimit _work;

    private StudioServer(WebApplication application)
    {
        _application = application;
        _work = application.Services.GetRequiredService<WorkLimit>();
        Address = new(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    /// <summary>Where a browser finds it.</summary>
    public Uri Address { get; }

    internal IServiceProvider Services => _application.Services;

    /// <summary>Starts serving.</summary>
    /// <param name="options">Where and how much; null for the defaults.</param>
    /// <param name="cancellation">Stops the start.</param>
    /// <returns>The server, which answers already.</returns>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="IOException">The port is taken, or the address is none of this machine's.</exception>
    public static async Task<StudioServer> StartAsync(StudioOptions? options = null, CancellationToken cancellation = default)
    {
        options = (options ?? new()).Checked();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = typeof(StudioServer).Assembly.GetName().Name, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear(); // no settings file of the folder that the tool happens to run in
        builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None); // a start that fails is told by its exception
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.Listen(options.Address, options.Port);
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = 1 << 20; // pictures come over the tab's own connection, nothing is posted
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(100));
        builder.Services.AddRazorComponents().AddInteractiveServerComponents(circuit =>
        {
            circuit.DisconnectedCircuitRetentionPeriod = options.ReturnWithin;
            circuit.DisconnectedCircuitMaxRetained = 40;
        });
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider(); // keys of this run alone: no file of them
        AddParts(builder.Services, options);
        builder.Services.AddScoped<Presence>();
        builder.Services.AddScoped<CircuitHandler>(session => session.GetRequiredService<Presence>());
        var application = builder.Build();
        application.UseMiddleware<OwnVisitors>();
        application.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        application.UseAntiforgery();
        application.UseMiddleware<EmbeddedFiles>();
        application.MapRazorComponents<App>().AddInteractiveServerRenderMode(mode => mode.ContentSecurityFrameAncestorsPolicy = "'none'");
        try
        {
            await application.StartAsync(cancellation);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
        return new(application);
    }

    /// <summary>Serves until it is told to stop.</summary>
    /// <param name="cancellation">Ends it; open tabs are told so by their lost connection.</param>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _work.Dispose();
        await _application.StopAsync(CancellationToken.None);
    }

    /// <summary>Stops serving.</summary>
    public ValueTask DisposeAsync()
    {
        _work.Dispose(); // before all else, so that no tab's work meets a network that is no longer there
        return _application.DisposeAsync();
    }

    /// <summary>What the parts of the page stand on, with or without a server.</summary>
    internal static void AddParts(IServiceCollection services, StudioOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<WorkLimit>();
        services.AddSingleton<PictureShelf>();
        foreach (var add in Rooms)
            add(services);
    }

    /// <summary>What each of the four parts of the page adds to the services.</summary>
    private static readonly Action<IServiceCollection>[] Rooms =
    [
        Recollecting.RecollectRoom.AddTo,
        Naming.NamingRoom.AddTo,
        Learning.LearnGallery.AddTo,
        Remembering.RememberGallery.AddTo,
    ];
}
