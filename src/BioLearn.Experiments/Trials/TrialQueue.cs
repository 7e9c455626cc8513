namespace BioLearn.Experiments;

/// <summary>
/// Trials that wait, in the grid's order. Where another process works on the same folder, both would run the same trials one after the other; who meets
/// a trial that the other has just done goes on elsewhere in the list.
/// </summary>
internal sealed class TrialQueue(IEnumerable<Trial> trials)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Trial> _waiting = new(trials);

    public Trial? Next()
    {
        lock (_gate)
        {
            if (_waiting.First is not { } first)
                return null;
            _waiting.RemoveFirst();
            return first.Value;
        }
    }

    /// <summary>Another process is at work: turns the list to a place that depends on this process.</summary>
    public void Elsewhere()
    {
        lock (_gate)
        {
            // Results do not depend on the order, so any source of variety will do.
            for (int turns = _waiting.Count == 0 ? 0 : (int)(((uint)HashCode.Combine(Environment.ProcessId, Environment.MachineName, _waiting.Count)) % (uint)_waiting.Count); turns > 0; turns--)
            {
                LinkedListNode<Trial> first = _waiting.First!;
                _waiting.RemoveFirst();
                _waiting.AddLast(first);
            }
        }
    }
}
