namespace BioLearn.Studio.Parts;

public partial class PictureDrop : IDisposable
{
    /// <summary>Gives up what is being read.</summary>
    public void Dispose()
    {
        _closed.Cancel();
        _closed.Dispose();
        GC.SuppressFinalize(this);
    }
}
