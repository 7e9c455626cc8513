using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Models;

/// <summary>
/// The sessions of a model, one for each set of kept tensors: what is kept decides which operators can be merged. Of many sets only the last used
/// stay open.
/// </summary>
internal sealed class ForwardSessions(CnnGraph graph, ExecutionOptions options) : IDisposable
{
    /// <summary>Sessions that stay open. A run with controls needs two; a sweep over levels goes through hundreds.</summary>
    private const int MostOpen = 8;

    private readonly Lock _lock = new();
    private readonly LinkedList<Entry> _entries = []; // the last used first
    private bool _disposed;

    /// <summary>Number of sessions that are open now.</summary>
    public int Open
    {
        get
        {
            lock (_lock) return _entries.Count;
        }
    }

    public ForwardTrace Run(TraceRequest request, ReadOnlyMemory<float> images, int count, ForwardTrace? reuse, CancellationToken cancellationToken)
    {
        Entry entry = Take(request);
        try
        {
            return entry.Session.Run(images, count, reuse, cancellationToken);
        }
        finally
        {
            GiveBack(entry);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (Entry entry in _entries) entry.Session.Dispose();
            _entries.Clear();
        }
    }

    private Entry Take(TraceRequest request)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(CnnModel));
            LinkedListNode<Entry>? node = _entries.First;
            while (node is not null && !node.Value.Request.Equals(request)) node = node.Next;
            Entry entry = node?.Value ?? new(request, Make(request));
            if (node is not null) _entries.Remove(node);
            _entries.AddFirst(entry);
            entry.Users++;
            Evict();
            return entry;
        }
    }

    private void GiveBack(Entry entry)
    {
        lock (_lock)
        {
            entry.Users--;
            Evict();
        }
    }

    // What runs stays.
    private void Evict()
    {
        for (LinkedListNode<Entry>? node = _entries.Last; node is not null && _entries.Count > MostOpen;)
        {
            LinkedListNode<Entry>? before = node.Previous;
            if (node.Value.Users == 0)
            {
                _entries.Remove(node);
                node.Value.Session.Dispose();
            }
            node = before;
        }
    }

    // On the CPU the project's own kernels are faster than ONNX Runtime, and give the same bits for any batch and number of threads.
    private IForwardSession Make(TraceRequest request) =>
        RuntimeSession.Choose(options) == ExecutionProvider.Cpu && ForwardPlan.TryMake(graph, request) is { } plan
            ? new KernelForward(plan, options.Threads)
            : new RuntimeForward(graph, request, options);

    private sealed class Entry(TraceRequest request, IForwardSession session)
    {
        public TraceRequest Request { get; } = request;

        public IForwardSession Session { get; } = session;

        public int Users { get; set; }
    }
}
