namespace BioLearn.Kernels.Convolution;

/// <summary>A way to compute a convolution that reads a rearranged copy of the weights.</summary>
internal interface IPackedWay<T> : IDisposable
{
    /// <summary>Rearranges other weights of the same sizes, in the same memory.</summary>
    void Update(ReadOnlySpan<T> weights);
}

/// <summary>Such a way, made when it is first needed, and brought up to date when it is needed after the weights have changed. Several threads may ask.</summary>
internal sealed class PackedWay<TWay, T>(ReadOnlyMemory<T> weights, Func<TWay> make) : IDisposable
    where TWay : class, IPackedWay<T>
{
    private readonly Lazy<TWay> _way = new(make);
    private readonly Lock _renewing = new();
    private bool _isOld;

    /// <summary>The way, its copy being that of the present weights.</summary>
    public TWay Current
    {
        get
        {
            var way = _way.Value;
            if (Volatile.Read(ref _isOld))
            {
                lock (_renewing)
                {
                    if (_isOld) way.Update(weights.Span);
                    Volatile.Write(ref _isOld, false);
                }
            }

            return way;
        }
    }

    /// <summary>The weights have changed in their place. Nobody may compute meanwhile.</summary>
    public void Renew() => _isOld = _way.IsValueCreated;

    public void Dispose()
    {
        if (_way.IsValueCreated) _way.Value.Dispose();
    }
}
