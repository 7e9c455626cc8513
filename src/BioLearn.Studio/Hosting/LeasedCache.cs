namespace BioLearn.Studio;

/// <summary>
/// What is costly to make and may serve several at once: networks, ways back through them. Of many only the last used stay; what somebody still
/// works with is freed when the last of them is done.
/// </summary>
/// <param name="most">Values that stay, at least 1.</param>
internal sealed class LeasedCache<TKey, TValue>(int most) : IDisposable
    where TKey : notnull
    where TValue : class
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Entry> _entries = []; // the last used first
    private bool _closed;

    /// <summary>Values that are held now.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    /// <summary>Takes a value; it is made if it is not there. Two who ask at once wait for the same.</summary>
    /// <exception cref="ObjectDisposedException">The server has ended.</exception>
    public Lease Take(TKey key, Func<TValue> make)
    {
        Entry entry;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            LinkedListNode<Entry>? node = _entries.First;
            while (node is not null && !node.Value.Key.Equals(key))
                node = node.Next;
            entry = node?.Value ?? new(key, make);
            if (node is not null)
                _entries.Remove(node);
            _entries.AddFirst(entry);
            entry.Users++;
            LetGo();
        }
        Lease lease = new(this, entry);
        try
        {
            _ = entry.Value.Value;
            return lease;
        }
        catch
        {
            lock (_lock)
                _entries.Remove(entry); // whoever asks next tries again
            lease.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            LetGo();
        }
    }

    private void GiveBack(Entry entry)
    {
        lock (_lock)
        {
            entry.Users--;
            LetGo();
        }
    }

    private void LetGo()
    {
        for (LinkedListNode<Entry>? node = _entries.Last; node is not null && (_closed || _entries.Count > most);)
        {
            LinkedListNode<Entry>? before = node.Previous;
            if (node.Value.Users == 0)
            {
                _entries.Remove(node);
                if (node.Value.Value is { IsValueCreated: true, Value: IDisposable value })
                    value.Dispose();
            }
            node = before;
        }
    }

    /// <summary>A value in use.</summary>
    internal sealed class Lease : IDisposable
    {
        private readonly LeasedCache<TKey, TValue> _from;
        private readonly Entry _entry;
        private int _given;

        internal Lease(LeasedCache<TKey, TValue> from, object entry) => (_from, _entry) = (from, (Entry)entry);

        public TValue Value => _entry.Value.Value;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _given, 1) == 0)
                _from.GiveBack(_entry);
        }
    }

    private sealed class Entry(TKey key, Func<TValue> make)
    {
        public TKey Key { get; } = key;

        public Lazy<TValue> Value { get; } = new(make);

        public int Users { get; set; }
    }
}
